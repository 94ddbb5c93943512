"""Which fields of a job leave the house, each named. Checkpoints do not: they hold other people's code."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from jobs.explain import explain
from jobs.models import JobExecutionHistory, WorkflowJob


class JobSerializer(serializers.ModelSerializer[WorkflowJob]):
    explanation = serializers.SerializerMethodField()
    lease = serializers.SerializerMethodField()
    wait = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()

    class Meta:
        model = WorkflowJob
        fields = (
            "id",
            "workflow_type",
            "handler_type",
            "queue",
            "status",
            "explanation",
            "organization",
            "subject",
            "correlation_id",
            "dedupe_key",
            "payload",
            "stage",
            "attempt",
            "retries",
            "crashes",
            "dispatch",
            "due_at",
            "lease",
            "wait",
            "outcome",
            "error",
            "reason",
            "created_at",
            "updated_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields

    def get_explanation(self, job: WorkflowJob) -> str:
        return explain(job, job.messages.filter(dispatch=job.dispatch).last(), now=timezone.now())

    def get_lease(self, job: WorkflowJob) -> dict[str, Any] | None:
        """Null while nobody runs the job."""
        return {"owner": job.lease_owner, "until": job.lease_until} if job.lease_until else None

    def get_wait(self, job: WorkflowJob) -> dict[str, Any] | None:
        """The last wait, running or over; null when there was none."""
        if not job.wait_type:
            return None
        return {
            "type": job.wait_type,
            "scope": job.wait_scope,
            "key": job.wait_key,
            "deadline": job.wait_deadline,
            "on_timeout": job.wait_on_timeout,
            "ended_by": job.wake["outcome"] if job.wake else None,
        }

    def get_error(self, job: WorkflowJob) -> dict[str, str] | None:
        """The last error, of an attempt that failed for good or is tried again; null when there was none."""
        if not job.error_type:
            return None
        return {"class": job.error_class, "type": job.error_type, "message": job.error_message}


class HistorySerializer(serializers.ModelSerializer[JobExecutionHistory]):
    class Meta:
        model = JobExecutionHistory
        fields = (
            "id",
            "at",
            "verb",
            "from_status",
            "to_status",
            "attempt",
            "dispatch",
            "fence",
            "stage",
            "actor",
            "detail",
        )
        read_only_fields = fields


class HistoryPageSerializer(serializers.Serializer[Any]):
    """Which page of a history is asked for: the rows after this id."""

    after = serializers.IntegerField(min_value=0, max_value=2**63 - 1, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=100)
