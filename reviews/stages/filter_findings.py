"""Send all findings through the one funnel (reviews/findings.py)."""

from dataclasses import replace

from jobs.attempts import Attempt
from reviews.change import commentable_lines, mirror_of, read_diff
from reviews.context import ReviewContext
from reviews.findings import Severity, funnel
from reviews.records import posted_fingerprints


def filter_findings(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    if not context.findings:
        return context
    attempt.check()
    placed = funnel(
        context.findings,
        commentable=commentable_lines(read_diff(mirror_of(context), context)),
        posted=posted_fingerprints(context),
        floor=Severity.MEDIUM,
    )
    return replace(context, findings=tuple(placed))
