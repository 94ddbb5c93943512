"""Jobs: the list, one, its history."""

from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import WorkflowJob
from monitoring.access import Caller, Scope
from monitoring.api.permissions import View
from monitoring.api.queries import HistoryQuery, JobListQuery
from monitoring.api.serializers import HistoryPage, HistorySerializer, JobPage, JobSerializer, ListedJob
from monitoring.api.versions import version_of
from monitoring.lists.jobs import find_jobs
from monitoring.visible import confined_jobs, job_of


class JobListView(View):
    scopes = {"GET": Scope.JOBS_READ}

    @extend_schema(summary="List jobs", parameters=[JobListQuery], responses=JobPage)
    def get(self, request: Request) -> Response:
        """Newest first, in pages. A page may hold fewer jobs than asked for and have a next: few fit the filter among
        those it looked through, and `next` looks further.
        """
        asked = JobListQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        page = find_jobs(confined_jobs(asked.filter(), self.caller), limit=told["limit"], after=told.get("after"))
        return Response(
            {
                "results": ListedJob(page.rows, many=True).data,
                "complete": page.complete,
                "next": next_page(request, page.after),
            }
        )


class JobView(View):
    scopes = {"GET": Scope.JOBS_READ}

    @extend_schema(summary="Show a job", responses=JobSerializer)
    def get(self, _request: Request, job_id: str) -> Response:
        job = seen_job(self.caller, job_id)
        return Response(JobSerializer(job).data, headers={"ETag": version_of(job)})


class JobHistoryView(View):
    scopes = {"GET": Scope.JOBS_READ}

    @extend_schema(summary="Show a job's history", parameters=[HistoryQuery], responses=HistoryPage)
    def get(self, request: Request, job_id: str) -> Response:
        """Oldest first."""
        asked = HistoryQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        after, limit = asked.validated_data["after"], asked.validated_data["limit"]
        rows = list(seen_job(self.caller, job_id).history.filter(id__gt=after).order_by("id")[: limit + 1])
        page = rows[:limit]
        following = next_page(request, page[-1].id) if len(rows) > limit else None
        return Response({"results": HistorySerializer(page, many=True).data, "next": following})


def seen_job(caller: Caller, job_id: str) -> WorkflowJob:
    """Raises NotFound, also for what is no id, and for another organization's."""
    job = job_of(caller, job_id)
    if job is None:
        raise NotFound("No job has this id.")
    return job


def next_page(request: Request, after: object) -> str | None:
    """The same address, from there on."""
    if after is None:
        return None
    query = [(name, value) for name, values in request.query_params.lists() for value in values if name != "after"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*query, ('after', str(after))])}")
