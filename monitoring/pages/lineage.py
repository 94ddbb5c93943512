"""From a delivery to the posted comment, on one page: found by the delivery's id, which everything it caused bears."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from monitoring.access import Caller, Scope, caller_of, needs
from monitoring.lineage import Lineage, lineage_of
from monitoring.pages import outside
from monitoring.pages.frame import page
from monitoring.pages.search import nothing_known
from monitoring.pages.story import steps, traces
from monitoring.pages.words import duration
from reviews.models import Finding, Review


@dataclass(frozen=True, slots=True)
class FoundOnPage:
    """A finding, and where its comment is, if it has one."""

    finding: Finding
    url: str


@dataclass(frozen=True, slots=True)
class ReviewOnPage:
    review: Review
    url: str
    findings: tuple[FoundOnPage, ...]


@needs(Scope.JOBS_READ)
def lineage(request: HttpRequest, correlation_id: str) -> HttpResponse:
    caller = caller_of(request)
    found = lineage_of(caller, correlation_id)
    if found is None:
        return nothing_known(request, correlation_id, status=404)
    context = {
        "lineage": found,
        "summary": summary(found),
        "steps": steps(found),
        "reviews": [_with_addresses(review, findings) for review, findings in found.reviews],
        "traces": traces(found),
        "records_traces": settings.RECORD_TRACES,
        "may_see_deliveries": caller.may(Scope.DELIVERIES_READ),
        "log_line": log_line(caller, found.id),
        "log_url": outside.logs(found.id),
        "now": timezone.now(),
    }
    return page(request, "lineage", context, here="deliveries" if found.deliveries else "jobs")


def summary(found: Lineage) -> str:
    """In one sentence: what came of it, and how long after it had come."""
    copies = f", {len(found.deliveries)} deliveries" if len(found.deliveries) > 1 else ""
    several = f"{len(found.jobs)} {'job' if len(found.jobs) == 1 else 'jobs'}{copies}"
    posted = [effect for effect in found.effects if effect.done_at and effect.purpose.startswith(("review", "full"))]
    begun = [at for at in (*(d.received_at for d in found.deliveries), *(job.created_at for job in found.jobs)) if at]
    if posted and posted[0].done_at:
        return f"{several}; the review was posted {duration((posted[0].done_at - min(begun)).total_seconds())} later."
    if not found.jobs:
        return "It made no job."
    live = [job for job in found.jobs if not job.finished_at]
    return f"{several}; {f'{len(live)} of them not over yet' if live else 'all over, and no review was posted'}."


def log_line(caller: Caller, correlation_id: str) -> str:
    """What finds its lines in the logs of a host (docs/reference/logs.md); empty for who is of one organization.

    No log is kept in the database: each process writes its own, and the process manager stores them.
    """
    if caller.organization:
        return ""
    folder = shlex.quote(str(settings.STATE_DIR / "log"))
    return f"grep -hF -e {shlex.quote(correlation_id)} {folder}/*.log"


def _with_addresses(review: Review, findings: Sequence[Finding]) -> ReviewOnPage:
    url = outside.effect(review.repository, review.number or 0, "review", review.github_review_id)
    return ReviewOnPage(
        review,
        url,
        tuple(
            FoundOnPage(each, outside.comment(review.repository, review.number, each.comment_id)) for each in findings
        ),
    )
