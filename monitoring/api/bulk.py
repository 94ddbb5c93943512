"""Cancel or retry all jobs that fit a filter: by a job, which tells how far it is."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import WorkflowJob
from jobs.states import JobStatus
from jobs.transitions import MAX_REASON
from monitoring.access import Caller, Scope
from monitoring.api.fields import Json, Text
from monitoring.api.once import once
from monitoring.api.permissions import View
from monitoring.api.queries import JobFilterQuery, Strict, job_filter
from monitoring.bulk.asked import MOST, VERBS, BulkAction
from monitoring.bulk.preview import COUNTED, preview
from monitoring.bulk.progress import is_bulk, progress_of
from monitoring.bulk.start import start
from monitoring.problems import conflict
from monitoring.steering import Refused
from monitoring.visible import job_of


class PreviewRequest(Strict):
    """`filter` is as that of a list of jobs, with one condition at least."""

    action = serializers.ChoiceField(sorted(VERBS))
    filter = JobFilterQuery()

    def validate_filter(self, told: dict[str, Any]) -> dict[str, Any]:
        if not told:
            raise serializers.ValidationError("Give at least one condition.")
        return told

    def asked_by(self, caller: Caller) -> BulkAction:
        """Call `is_valid` first."""
        told = self.validated_data
        return BulkAction.by(caller, told["action"], job_filter(told["filter"]), reason=told.get("reason", ""))


class BulkRequest(PreviewRequest):
    reason = Text(max_length=MAX_REASON, help_text="Kept with each job and in the audit trail.")


class RefusalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    count = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(sorted(VERBS))
    count = serializers.IntegerField(help_text="Jobs that would be acted on.")
    counted_all = serializers.BooleanField(
        help_text=f"False when more than the {COUNTED:,} jobs that were looked through may fit."
    )
    first = serializers.ListField(child=serializers.UUIDField(), help_text="The first of them, the newest first.")
    refused = RefusalSerializer(many=True, help_text="Jobs that fit the filter as well, and why they would be left.")
    at_most = serializers.IntegerField(default=MOST, help_text="One action ends after so many jobs.")


class BulkSerializer(serializers.Serializer[Any]):
    """`id` is that of the job that does it: cancelling that job stops it, and what was done stays done."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(JobStatus.choices)
    action = serializers.ChoiceField(sorted(VERBS))
    filter = Json()
    reason = serializers.CharField()
    by = serializers.CharField()
    done = serializers.IntegerField(help_text="As of the last batch, until it has ended.")
    refused = RefusalSerializer(many=True)
    more = serializers.BooleanField(help_text=f"It ended at {MOST:,} jobs, and more may fit.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class PreviewView(View):
    scopes = {"POST": Scope.JOBS_WRITE}

    @extend_schema(
        summary="Look at what a bulk action would do", request=PreviewRequest, responses={200: PreviewSerializer}
    )
    def post(self, request: Request) -> Response:
        """Nothing is done."""
        asked = PreviewRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(PreviewSerializer(preview(asked.asked_by(self.caller))).data)


class BulkListView(View):
    scopes = {"POST": Scope.JOBS_WRITE}

    @extend_schema(summary="Cancel or retry all jobs that fit", request=BulkRequest, responses={202: BulkSerializer})
    def post(self, request: Request) -> Response:
        """A job does it: the newest first, those that were made before, other bulk actions left alone. One at a time
        for each organization, and one for all of them.
        """
        asked = BulkRequest(data=request.data)
        asked.is_valid(raise_exception=True)

        def started() -> Response:
            try:
                job = start(asked.asked_by(self.caller))
            except Refused as refused:
                return conflict(str(refused))
            place = request.build_absolute_uri(reverse("bulk-action", args=[job.id]))
            return Response(_told(job), status=202, headers={"Location": place})

        return once(request, self.caller, started)


class BulkView(View):
    scopes = {"GET": Scope.JOBS_READ}

    @extend_schema(summary="Show how far a bulk action is", responses=BulkSerializer)
    def get(self, _request: Request, bulk_id: str) -> Response:
        job = job_of(self.caller, bulk_id)
        if job is None or not is_bulk(job):
            raise NotFound("No bulk action has this id.")
        return Response(_told(job))


def _told(job: WorkflowJob) -> Any:
    progress = progress_of(job)
    return BulkSerializer(
        {
            **{name: job.payload[name] for name in ("action", "filter", "reason", "by")},
            **{name: getattr(job, name) for name in ("id", "status", "created_at", "finished_at")},
            "done": progress.done,
            "refused": [{"reason": reason, "count": count} for reason, count in progress.refused.items()],
            "more": progress.more,
        }
    ).data
