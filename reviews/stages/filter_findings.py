"""Send all findings through the one funnel (reviews/findings.py)."""

from dataclasses import replace

from jobs.attempts import Attempt
from reviews.change import commentable_lines, mirror_of, read_diff
from reviews.context import ReviewContext
from reviews.findings import funnel
from reviews.records import posted_fingerprints


def filter_findings(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    if not context.findings:
        return context
    attempt.check()
    placed = funnel(
        context.findings,
        commentable=commentable_lines(read_diff(mirror_of(context), context)),
        posted=posted_fingerprints(context),
        is_wanted=context.configuration.rules.takes,
        floor=context.configuration.severity_floor,
        limit=context.configuration.limits.comments,
    )
    return replace(context, findings=tuple(placed))
