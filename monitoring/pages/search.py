"""The box on every page: anything that names one thing leads there; what it may name is in lists/search.py.

One thing found is where the visitor is sent. An id that a delivery brought leads to its lineage. Several are listed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from jobs.ids import as_uuid
from jobs.models import WorkflowEvent, WorkflowJob
from monitoring.access import Caller, Scope, caller_of, needs
from monitoring.lists import lookup
from monitoring.lists.search import MAX_TERM, WHOLE_SHA, Kind, Meaning, meanings
from monitoring.pages.frame import page


@dataclass(frozen=True, slots=True)
class Found:
    """`place` is the address of what was meant, when that is one thing. `is_partial`: only the newest were read."""

    jobs: Sequence[WorkflowJob] = ()
    events: Sequence[WorkflowEvent] = ()
    place: str = ""
    is_partial: bool = False

    def __bool__(self) -> bool:
        return bool(self.jobs or self.events or self.place)


@needs(Scope.JOBS_READ)
def search(request: HttpRequest) -> HttpResponse:
    term, caller = request.GET.get("q", "").strip()[:MAX_TERM], caller_of(request)
    if not term:
        return page(request, "search", {"q": "", "now": timezone.now()})
    for meaning in meanings(term):
        found = find(caller, meaning)
        if found.place:
            return redirect(found.place)
        if len(found.jobs) == 1 and not found.events:
            return redirect("pages:job", job_id=found.jobs[0].id)
        if found:
            context = {"q": term, "kind": meaning.kind, "found": found, "now": timezone.now()}
            return page(request, "search", context)
    return nothing_known(request, term)


def nothing_known(request: HttpRequest, term: str, *, status: int = 200) -> HttpResponse:
    context = {"q": term, "unknown": term, "now": timezone.now()}
    return page(request, "search", context, status=status)


def find(caller: Caller, meaning: Meaning) -> Found:
    return _FINDERS[meaning.kind](caller, meaning)


def _by_id(caller: Caller, meaning: Meaning) -> Found:
    """A job's own id before one that others bear, too: no two things are given the same."""
    value, job_id = meaning.value, as_uuid(meaning.value)
    if job_id and lookup.is_delivery(caller, job_id):
        return Found(place=lineage_path(str(job_id)))
    job = lookup.job_named(caller, value, job_id)
    if job:
        return Found(jobs=[job]) if job.id == job_id else Found(place=lineage_path(job.correlation_id))
    return Found(events=lookup.events_with_id(caller, value))


def _by_trace(caller: Caller, meaning: Meaning) -> Found:
    return Found(jobs=lookup.jobs_in_trace(caller, meaning.value))


def _by_commit(caller: Caller, meaning: Meaning) -> Found:
    if len(meaning.value) in WHOLE_SHA:
        return _listed(lookup.jobs_with(caller, "head", meaning.value), meaning.value)
    return Found(jobs=lookup.jobs_with_head_like(caller, meaning.value), is_partial=True)


def _by_repository(caller: Caller, meaning: Meaning) -> Found:
    if lookup.jobs_with(caller, "repository", meaning.value):
        return Found(place=_list("jobs", q=meaning.value))
    if caller.may(Scope.DELIVERIES_READ) and lookup.has_deliveries(caller, meaning.value):
        return Found(place=_list("deliveries", repository=meaning.value))
    return Found()


def _by_pull_request(caller: Caller, meaning: Meaning) -> Found:
    return _listed(lookup.jobs_with(caller, "pull_request", meaning.value), meaning.value)


def _by_comment(caller: Caller, meaning: Meaning) -> Found:
    """One that nothing here made is on a pull request all the same."""
    job = lookup.job_of_comment(caller, meaning)
    return Found(jobs=[job]) if job else _by_pull_request(caller, meaning)


def _by_event_key(caller: Caller, meaning: Meaning) -> Found:
    jobs, events = lookup.jobs_waiting_for(caller, meaning.value), lookup.events_with_key(caller, meaning.value)
    return Found(jobs=jobs, events=events)


_FINDERS: dict[Kind, Callable[[Caller, Meaning], Found]] = {
    Kind.ID: _by_id,
    Kind.TRACE: _by_trace,
    Kind.COMMIT: _by_commit,
    Kind.REPOSITORY: _by_repository,
    Kind.PULL_REQUEST: _by_pull_request,
    Kind.COMMENT: _by_comment,
    Kind.EVENT_KEY: _by_event_key,
}


def _listed(jobs: Sequence[WorkflowJob], term: str) -> Found:
    """One is gone to, several are the list's matter."""
    return Found(jobs=jobs) if len(jobs) <= 1 else Found(place=_list("jobs", q=term))


def _list(name: str, **values: str) -> str:
    return f"{reverse(f'pages:{name}')}?{urlencode(values)}"


def lineage_path(correlation_id: str) -> str:
    """Empty without an id, and for one that does not go into an address."""
    return (
        reverse("pages:lineage", args=[correlation_id])
        if correlation_id.strip(".") and "/" not in correlation_id
        else ""
    )
