"""The list of jobs: by status, type and what they are about, in pages by key."""

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from jobs.states import JobStatus, WorkflowType
from monitoring.access import Caller, Scope, caller_of, needs
from monitoring.api.queries import JobListQuery
from monitoring.lists.jobs import JobFilter, find_jobs
from monitoring.pages.frame import page
from monitoring.pages.queries import choices, filled, with_values
from monitoring.steering import ACTIONS
from monitoring.visible import confined_jobs, job_of

_PULL_REQUEST = re.compile(r"[^/\s]+/[^/\s#]+#\d+")
_REPOSITORY = re.compile(r"[^/\s]+/[^/\s#]+")
_PULL_REQUEST_URL = re.compile(r"https?://[^/]+/([^/\s]+/[^/\s]+)/pull/(\d+)\S*")
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@needs(Scope.JOBS_READ)
def jobs(request: HttpRequest) -> HttpResponse:
    term, caller = request.GET.get("q", "").strip(), caller_of(request)
    job = _as_id(term) and job_of(caller, term)
    if job:
        return redirect("pages:job", job_id=job.id)
    asked = asked_for(request.GET)
    context: dict[str, Any] = {
        "q": term,
        "given": request.GET,
        "choices": choices(request.GET, "status", JobStatus.values),
        "types": WorkflowType.values,
    }
    if not asked.is_valid():
        return page(request, "jobs", {**context, "errors": asked.errors, "now": timezone.now()}, status=400)
    told = asked.validated_data
    found = find_jobs(confined_jobs(asked.filter(), caller), limit=told["limit"], after=told.get("after"))
    following = with_values(request.GET, after=str(found.after)) if found.after else ""
    context |= {
        "page": found,
        "following": following,
        "first": with_values(request.GET),
        "is_first": "after" not in told,
        "now": timezone.now(),
        "bulk_actions": bulk_actions(caller, asked.filter()),
    }
    return page(request, "jobs", context)


def asked_for(given: QueryDict) -> JobListQuery:
    """What the list's address asks for: the box and the filters."""
    return JobListQuery(data=filled(given, **_meant(given.get("q", "").strip())))


def bulk_actions(caller: Caller, wanted: JobFilter) -> list[str]:
    """What the caller may do to all that the list shows, unless that is simply all."""
    return sorted(ACTIONS) if caller.may(Scope.JOBS_WRITE) and wanted.narrows else []


def _meant(term: str) -> dict[str, str]:
    """Which filter the text in the box means: a pull request, its address, a repository, a commit, a delivery's id."""
    url = _PULL_REQUEST_URL.fullmatch(term)
    if url:
        return {"pull_request": f"{url[1]}#{url[2]}"}
    if _PULL_REQUEST.fullmatch(term):
        return {"pull_request": term}
    if _REPOSITORY.fullmatch(term):
        return {"repository": term}
    if _SHA.fullmatch(term):
        return {"head": term}
    return {"correlation_id": term} if term else {}


def _as_id(term: str) -> bool:
    try:
        return bool(UUID(term))
    except ValueError:
        return False
