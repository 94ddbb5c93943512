"""The list of jobs: by status, type and what they are about, in pages by key."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from jobs.states import JobStatus, WorkflowType
from monitoring.access import Caller, Scope, caller_of, needs
from monitoring.api.queries import JobListQuery
from monitoring.lists.jobs import JobFilter, find_jobs
from monitoring.lists.search import filters
from monitoring.pages.frame import page
from monitoring.pages.queries import choices, filled, with_values
from monitoring.steering import ACTIONS
from monitoring.visible import confined_jobs, job_of


@needs(Scope.JOBS_READ)
def jobs(request: HttpRequest) -> HttpResponse:
    term, caller = request.GET.get("q", "").strip(), caller_of(request)
    job = job_of(caller, term)
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
    return JobListQuery(data=filled(given, **filters(given.get("q", "").strip())))


def bulk_actions(caller: Caller, wanted: JobFilter) -> list[str]:
    """What the caller may do to all that the list shows, unless that is simply all."""
    return sorted(ACTIONS) if caller.may(Scope.JOBS_WRITE) and wanted.narrows else []
