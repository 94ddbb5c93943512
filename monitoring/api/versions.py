"""`ETag` and `If-Match`: who acts on a job that has changed since they looked is told so, and nothing happens."""

from rest_framework.exceptions import APIException
from rest_framework.request import Request

from jobs.models import WorkflowJob


class Changed(APIException):
    """The job has changed since you looked at it: look again."""

    status_code = 412
    default_detail = "The job has changed since you looked at it: look again."


def version_of(job: WorkflowJob) -> str:
    """Another one after every transition."""
    return f'"{job.fence}.{job.dispatch}.{int(job.updated_at.timestamp() * 1_000_000)}"'


def check_version(request: Request, job: WorkflowJob) -> None:
    """The job must be locked. Raises Changed."""
    asked = request.headers.get("If-Match")
    if asked is None or asked.strip() == "*":
        return
    if version_of(job) not in [version.strip() for version in asked.split(",")]:
        raise Changed
