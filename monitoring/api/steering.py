"""Cancel a job, retry one by hand: with a reason, once, and only what was seen if the client says so."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import WorkflowJob
from jobs.transitions import MAX_REASON
from monitoring.access import Scope
from monitoring.api.fields import Text
from monitoring.api.jobs import seen_job
from monitoring.api.once import once
from monitoring.api.permissions import View
from monitoring.api.queries import Strict
from monitoring.api.serializers import JobSerializer
from monitoring.api.versions import check_version, version_of
from monitoring.problems import conflict
from monitoring.steering import Refused, steer


class Reason(Strict):
    reason = Text(max_length=MAX_REASON, help_text="Kept in the job's history and the audit trail.")


class _SteerView(View):
    scopes = {"POST": Scope.JOBS_WRITE}
    action = ""

    def act(self, request: Request, job_id: str) -> Response:
        asked = Reason(data=request.data)
        asked.is_valid(raise_exception=True)
        seen = seen_job(self.caller, job_id)

        def steered() -> Response:
            check_version(request, WorkflowJob.objects.select_for_update().defer("checkpoint").get(id=seen.id))
            try:
                job = steer(self.caller, seen.id, self.action, reason=asked.validated_data["reason"])
            except Refused as refused:
                return conflict(str(refused))
            return Response(JobSerializer(job).data, headers={"ETag": version_of(job)})

        return once(request, self.caller, steered)


class CancelView(_SteerView):
    action = "cancel"

    @extend_schema(summary="Cancel a job", request=Reason, responses=JobSerializer)
    def post(self, request: Request, job_id: str) -> Response:
        """A running worker learns it at its next heartbeat, and posts nothing more."""
        return self.act(request, job_id)


class RetryView(_SteerView):
    action = "retry"

    @extend_schema(summary="Retry a job by hand", request=Reason, responses=JobSerializer)
    def post(self, request: Request, job_id: str) -> Response:
        """A failed or cancelled job becomes runnable, with a full budget, from its last checkpoint."""
        return self.act(request, job_id)
