"""Which fields of a job leave the house, each named. Checkpoints do not: they hold other people's code."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from jobs.explain import explain
from jobs.models import JobExecutionHistory, WorkflowEvent, WorkflowJob
from jobs.pausing import pause_of
from jobs.states import ProcessKind
from monitoring.api.fields import Json, JsonOrNull
from monitoring.living import Condition
from webhooks.models import Verdict, WebhookDelivery


class JobSerializer(serializers.ModelSerializer[WorkflowJob]):
    payload = Json(read_only=True)
    outcome = JsonOrNull(read_only=True)
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
        message = job.messages.filter(dispatch=job.dispatch).last()
        return explain(job, message, now=timezone.now(), paused=pause_of(job.queue))

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
        return told_error(job)


class HistorySerializer(serializers.ModelSerializer[JobExecutionHistory]):
    detail = Json(read_only=True)

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


class ListedJob(serializers.ModelSerializer[WorkflowJob]):
    """What a list shows of a job."""

    payload = Json(read_only=True)
    outcome = JsonOrNull(read_only=True)
    error = serializers.SerializerMethodField()

    class Meta:
        model = WorkflowJob
        fields = (
            "id", "workflow_type", "queue", "status", "organization", "subject", "correlation_id", "payload", "stage",
            "attempt", "due_at", "outcome", "error", "reason", "created_at", "updated_at", "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_error(self, job: WorkflowJob) -> dict[str, str] | None:
        return told_error(job)


def told_error(job: WorkflowJob) -> dict[str, str] | None:
    """The last error, of an attempt that failed for good or is tried again; null when there was none."""
    if not job.error_type:
        return None
    return {"class": job.error_class, "type": job.error_type, "message": job.error_message}


class JobPage(serializers.Serializer[Any]):
    results = ListedJob(many=True)
    complete = serializers.BooleanField(
        help_text="False when few jobs fit the filter and there are more to look through: see `next`."
    )
    next = serializers.URLField(allow_null=True)


class HistoryPage(serializers.Serializer[Any]):
    results = HistorySerializer(many=True)
    next = serializers.URLField(allow_null=True)


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """Without the body: it is whatever somebody's repository holds. Its hash says whether two are the same."""

    duplicate_of = serializers.UUIDField(source="duplicate_of.delivery_id", allow_null=True, default=None)

    class Meta:
        model = WebhookDelivery
        fields = (
            "delivery_id", "event", "action", "repository", "sender", "verdict", "reason", "job", "duplicate_of",
            "hook_id", "installation_id", "received_at",
        )  # fmt: skip
        read_only_fields = fields


class DeliveryPage(serializers.Serializer[Any]):
    results = DeliverySerializer(many=True)
    complete = serializers.BooleanField()
    next = serializers.URLField(allow_null=True)


class EventSerializer(serializers.ModelSerializer[WorkflowEvent]):
    payload = Json(read_only=True)

    class Meta:
        model = WorkflowEvent
        fields = ("event_id", "type", "scope", "key", "payload", "source", "verdict", "duplicates", "received_at")
        read_only_fields = fields


class EventPage(serializers.Serializer[Any]):
    results = EventSerializer(many=True)
    next = serializers.URLField(allow_null=True)


class ReprocessedSerializer(serializers.Serializer[Any]):
    """What became of the delivery this time; `job` does what it asks for, new or already there."""

    verdict = serializers.ChoiceField(Verdict.choices)
    reason = serializers.CharField(allow_blank=True)
    job = serializers.UUIDField(allow_null=True)


class PauseSerializer(serializers.Serializer[Any]):
    by = serializers.CharField(source="actor")
    reason = serializers.CharField()
    since = serializers.DateTimeField()


class QueueSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    paused = PauseSerializer(allow_null=True, help_text="While none of its jobs is started; null when they are.")
    by_status = serializers.DictField(child=serializers.IntegerField(), help_text="Of its live jobs.")
    due = serializers.IntegerField(help_text="How many of them could start now.")
    oldest_due_at = serializers.DateTimeField(allow_null=True, help_text="Since when the first of these could.")


class SteeredQueue(serializers.Serializer[Any]):
    """`changed` is false when the queue was as asked for already: then somebody else's pause stays as it is."""

    name = serializers.CharField()
    paused = PauseSerializer(allow_null=True)
    changed = serializers.BooleanField()


class RunningJobSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    workflow_type = serializers.CharField()
    subject = serializers.CharField()
    stage = serializers.CharField(help_text="The last that finished; empty in the first.")
    attempt = serializers.IntegerField()
    claimed_at = serializers.DateTimeField(allow_null=True, help_text="When this attempt began.")
    lease_until = serializers.DateTimeField(allow_null=True)


class ProcessSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(ProcessKind.choices)
    host = serializers.CharField()
    pid = serializers.IntegerField()
    release = serializers.CharField(help_text="Empty when it is not known.")
    condition = serializers.ChoiceField(
        [(condition.value, condition.name) for condition in Condition],
        help_text="silent: it is not heard of any more, and did not say that it stops.",
    )
    queues = serializers.ListField(child=serializers.CharField(), help_text="That a worker takes from.")
    slots = serializers.IntegerField(help_text="How many jobs a worker runs at a time; 0 for others.")
    jobs = RunningJobSerializer(many=True)
    started_at = serializers.DateTimeField()
    beat_at = serializers.DateTimeField(help_text="When it was heard of last.")


class ScheduleSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    task = serializers.CharField()
    description = serializers.CharField()
    words = serializers.CharField(help_text="When it runs, for people; the wording is not fixed.")
    enabled = serializers.BooleanField(source="is_enabled")
    last_run_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="When it runs next, or should have; null when it is off, or its time never comes."
    )
    overdue = serializers.BooleanField(source="is_overdue")


class WaitSerializer(serializers.Serializer[Any]):
    job = serializers.UUIDField(source="id")
    subject = serializers.CharField()
    type = serializers.CharField(source="wait_type")
    scope = serializers.CharField(source="wait_scope")
    key = serializers.CharField(source="wait_key")
    since = serializers.DateTimeField(source="updated_at")
    deadline = serializers.DateTimeField(source="wait_deadline")
    on_timeout = serializers.CharField(source="wait_on_timeout")


class FiguresSerializer(serializers.Serializer[Any]):
    """Live jobs are counted exactly; of ended ones those made since midnight UTC, 100,000 at most."""

    queue_size = serializers.IntegerField(help_text="Pending and retrying.")
    processing_count = serializers.IntegerField(source="processing")
    by_status = serializers.DictField(child=serializers.IntegerField())
    completed_today = serializers.IntegerField()
    failed_today = serializers.IntegerField()
    average_seconds = serializers.FloatField(allow_null=True, help_text="In seconds, from a job's making to its end.")
    success_rate = serializers.FloatField(allow_null=True, help_text="0 to 1.")


class QueueList(serializers.Serializer[Any]):
    results = QueueSerializer(many=True)


class ProcessList(serializers.Serializer[Any]):
    results = ProcessSerializer(many=True)


class ScheduleList(serializers.Serializer[Any]):
    results = ScheduleSerializer(many=True)


class WaitList(serializers.Serializer[Any]):
    results = WaitSerializer(many=True)
