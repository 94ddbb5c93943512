"""One job: why it is where it is, what happened, what came of it, and what can be done."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from jobs.explain import explain
from jobs.models import WorkflowJob
from jobs.pausing import pause_of
from jobs.states import FINAL_STATUSES, LIVE_STATUSES, TRANSITIONS, JobStatus, Verb
from monitoring.access import Caller, Scope, caller_of, needs
from monitoring.bulk.progress import is_bulk, progress_of
from monitoring.pages.frame import page
from monitoring.pages.search import lineage_path
from monitoring.pages.timeline import spans
from monitoring.steering import Refused, steer
from monitoring.visible import job_of
from reviews.models import Finding

MOST_HISTORY = 200
MOST_FINDINGS = 100
MOST_RELATED = 10
MAX_REASON = 500
#: Said until the page is left, while the job goes on.
DONE = {"cancel": "Done: cancelled.", "retry": "Done: put back into its queue."}
_VERBS = {"cancel": Verb.CANCEL, "retry": Verb.RETRY_BY_HAND}


@needs(Scope.JOBS_READ)
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    caller, now = caller_of(request), timezone.now()
    found = seen_job(caller, job_id)
    history = list(found.history.order_by("-id")[:MOST_HISTORY])
    context = {
        "job": found,
        "why": _why(found),
        "spans": spans(history[::-1], now),
        "history": history,
        "most_history": MOST_HISTORY,
        "findings": findings_of(found),
        "deliveries": found.deliveries.defer("body", "headers").order_by("-id")[:MOST_RELATED],
        "related": related_to(found),
        "lineage_path": lineage_path(found.correlation_id),
        "actions": actions(caller, found),
        "bulk": progress_of(found) if is_bulk(found) else None,
        "told": _told(found.outcome or {}),
        "now": now,
    }
    return page(request, "job", context, here="jobs")


@needs(Scope.JOBS_WRITE)
def act(request: HttpRequest, job_id: str, action: str) -> HttpResponse:
    """Cancel or retry, with the reason that was given; back to the job, which says what came of it."""
    caller = caller_of(request)
    found = seen_job(caller, job_id)
    reason = request.POST.get("reason", "").strip()[:MAX_REASON]
    if not reason:
        messages.error(request, "Say why: the reason is kept with the job.")
        return redirect("pages:job", job_id=found.id)
    try:
        steer(caller, found.id, action, reason=reason)
        messages.success(request, DONE[action])
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("pages:job", job_id=found.id)


def _told(outcome: Mapping[str, Any]) -> list[tuple[str, str | int]]:
    """What a handler says of how it ended, as far as it fits a line."""
    worded = {name.replace("_", " ").capitalize(): value for name, value in outcome.items() if value != ""}
    return [(name, value) for name, value in worded.items() if isinstance(value, str | int)]


def seen_job(caller: Caller, job_id: str) -> WorkflowJob:
    """Raises Http404, also for what is no id, and for another organization's."""
    found = job_of(caller, job_id)
    if found is None:
        raise Http404
    return found


def actions(caller: Caller, job: WorkflowJob) -> list[str]:
    """What the caller may do to the job as it is now."""
    if not caller.may(Scope.JOBS_WRITE):
        return []
    return [action for action, verb in _VERBS.items() if JobStatus(job.status) in TRANSITIONS[verb].sources]


def findings_of(job: WorkflowJob) -> Any:
    """Those the review of a job that has ended was left with, posted ones first; none while it is live."""
    if job.status not in FINAL_STATUSES:
        return Finding.objects.none()
    return Finding.objects.filter(review__job=job).order_by("-posted", "path", "line")[:MOST_FINDINGS]


def related_to(job: WorkflowJob) -> Any:
    """Other jobs about the same, the newest first."""
    if not job.subject:
        return WorkflowJob.objects.none()
    same = WorkflowJob.objects.defer("checkpoint", "payload", "outcome").filter(
        organization=job.organization, subject=job.subject
    )
    return same.exclude(id=job.id).order_by("-id")[:MOST_RELATED]


def _why(job: WorkflowJob) -> str:
    waits_for_its_message = job.status in {JobStatus.PENDING, JobStatus.RETRYING}
    message = job.messages.filter(dispatch=job.dispatch).last() if waits_for_its_message else None
    paused = pause_of(job.queue) if job.status in LIVE_STATUSES else None
    return explain(job, message, now=timezone.now(), paused=paused)
