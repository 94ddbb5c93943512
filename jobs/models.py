"""The engine's tables. Fields, constraints, indexes; behaviour is in transitions.py, waits.py, maintenance/.

Every sweep has its partial index, so that finding the few live rows among millions of final ones stays cheap.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.ids import uuid7
from jobs.states import (
    LIVE_STATUSES,
    ErrorClassification,
    EventType,
    EventVerdict,
    HandlerType,
    JobStatus,
    OnTimeout,
    ProcessKind,
    ProcessState,
    Verb,
    WorkflowType,
)


class WorkflowJobs(models.QuerySet["WorkflowJob"]):
    def runnable(self) -> "WorkflowJobs":
        """Due now, not claimed, and in no paused queue; the longest due first."""
        due = self.filter(status__in=[JobStatus.PENDING, JobStatus.RETRYING], due_at__lte=Now())
        return due.exclude(queue__in=PausedQueue.objects.values("queue")).order_by("due_at")


class WorkflowJob(models.Model):
    """One unit of durable work. Written by jobs/transitions.py only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workflow_type = models.CharField(max_length=40, choices=WorkflowType)
    handler_type = models.CharField(max_length=20, choices=HandlerType)
    queue = models.CharField(max_length=100)
    status = models.CharField(max_length=20, choices=JobStatus)
    #: Ids only: what the handler needs to look up its work. Never content, never a secret.
    payload = models.JSONField(default=dict)
    #: The tenant; scope of its events.
    organization = models.CharField(max_length=200, blank=True, default="")
    #: What the job is about, for people: "octo/app#12".
    subject = models.CharField(max_length=300, blank=True, default="")
    correlation_id = models.CharField(max_length=100, blank=True, default="")
    #: The span that made the job, to which its attempts are linked; empty where none was recorded.
    traceparent = models.CharField(max_length=55, blank=True, default="", db_default="")
    #: At most one live job of a type has it.
    dedupe_key = models.CharField(max_length=300, null=True)
    #: Names of the gates it passes: while one of them is closed, it is not started.
    gates = ArrayField(models.CharField(max_length=200), default=list, db_default=[])

    #: How often it was started.
    attempt = models.PositiveIntegerField(default=0)
    #: How much of the retry budget is used; waits, gates and rate limits leave it alone.
    retries = models.PositiveIntegerField(default=0)
    #: How many workers in a row it took down with it, without getting on in between.
    crashes = models.PositiveIntegerField(default=0)
    #: Grows with each message about this job; a claim must name the latest.
    dispatch = models.PositiveIntegerField(default=0)
    #: Grows with each claim; every write of an attempt names its own, so that a late one writes nothing.
    fence = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    #: Until when it may be put off without using up a retry; null while it is not.
    give_up_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=200, blank=True, default="")
    lease_until = models.DateTimeField(null=True)

    stage = models.CharField(max_length=100, blank=True, default="")
    checkpoint = models.JSONField(null=True)

    #: The last wait, kept after it ended so that a late event can be told from an early one.
    wait_type = models.CharField(max_length=60, blank=True, default="", choices=EventType)
    wait_scope = models.CharField(max_length=200, blank=True, default="")
    wait_key = models.CharField(max_length=300, blank=True, default="")
    wait_deadline = models.DateTimeField(null=True)
    wait_on_timeout = models.CharField(max_length=20, blank=True, default="", choices=OnTimeout)
    wake = models.JSONField(null=True)

    outcome = models.JSONField(null=True)
    error_class = models.CharField(max_length=20, blank=True, default="", choices=ErrorClassification)
    error_type = models.CharField(max_length=200, blank=True, default="")
    error_message = models.TextField(blank=True, default="")
    #: Why it was cancelled, superseded or retried by hand.
    reason = models.CharField(max_length=500, blank=True, default="")

    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = WorkflowJobs.as_manager()

    class Meta:
        db_table = "workflow_jobs"
        constraints = [
            models.UniqueConstraint(
                fields=["workflow_type", "dedupe_key"],
                condition=Q(status__in=sorted(LIVE_STATUSES)),
                name="workflow_jobs_live_dedupe",
            ),
            models.CheckConstraint(condition=Q(status__in=sorted(JobStatus)), name="workflow_jobs_status_known"),
            # Every live job says until when: what is runnable has due_at, which is never null.
            models.CheckConstraint(
                condition=~Q(status="PROCESSING") | Q(lease_until__isnull=False),
                name="workflow_jobs_running_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(status="WAITING_FOR_EVENT") | Q(wait_deadline__isnull=False),
                name="workflow_jobs_wait_has_deadline",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(status__in=["PENDING", "RETRYING"]), name="workflow_jobs_runnable"
            ),
            models.Index(fields=["lease_until"], condition=Q(status="PROCESSING"), name="workflow_jobs_leased"),
            models.Index(
                fields=["wait_deadline"], condition=Q(status="WAITING_FOR_EVENT"), name="workflow_jobs_wait_deadline"
            ),
            models.Index(
                fields=["wait_scope", "wait_type", "wait_key"],
                condition=~Q(wait_key=""),
                name="workflow_jobs_wait_key",
            ),
            models.Index(fields=["correlation_id"], name="workflow_jobs_correlation"),
            models.Index(fields=["organization", "subject"], name="workflow_jobs_subject"),
            models.Index(fields=["status", "id"], name="workflow_jobs_status_id"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow_type} {self.subject or self.id}"


class JobKey(models.Model):
    """That a job is found by something (keys.py). Without a foreign key: it would need an index of its own."""

    pk = models.CompositePrimaryKey("key", "job_id")
    key = models.BigIntegerField()
    job_id = models.UUIDField()

    class Meta:
        db_table = "job_keys"

    def __str__(self) -> str:
        return f"{self.key} {self.job_id}"


class JobExecutionHistory(models.Model):
    """One row per transition, written in the transition's own statement."""

    job = models.ForeignKey(WorkflowJob, on_delete=models.CASCADE, related_name="history", db_index=False)
    verb = models.CharField(max_length=20, choices=Verb)
    from_status = models.CharField(max_length=20, choices=JobStatus, null=True)
    to_status = models.CharField(max_length=20, choices=JobStatus)
    attempt = models.PositiveIntegerField()
    dispatch = models.PositiveIntegerField()
    fence = models.PositiveBigIntegerField()
    stage = models.CharField(max_length=100, blank=True, default="")
    #: A worker, the dispatcher, the door, or a person.
    actor = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    #: The clock at the write, not the transaction's start: several rows of one transaction keep their order.
    at = models.DateTimeField()

    class Meta:
        db_table = "job_execution_history"
        indexes = [models.Index(fields=["job", "id"], name="job_history_by_job")]
        verbose_name_plural = "job execution history"

    def __str__(self) -> str:
        return f"{self.verb}: {self.from_status} → {self.to_status}"


class OutboxMessage(models.Model):
    """A message to be published once its transaction has committed.

    The relay takes it, publishes it and marks it sent. It is there until its job is claimed, or is announced anew.
    """

    job = models.ForeignKey(WorkflowJob, on_delete=models.CASCADE, null=True, related_name="messages", db_index=False)
    dispatch = models.PositiveIntegerField(default=0)
    #: Whose job it is: the relay lets organizations take turns.
    organization = models.CharField(max_length=200, blank=True, default="", db_default="")
    #: Routing key in the exchange `workflow.jobs`.
    destination = models.CharField(max_length=100)
    body = models.JSONField()
    headers = models.JSONField(default=dict)
    #: Not before; pushed on while a relay is publishing it, so that a relay that died is followed by another.
    available_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        db_table = "outbox_messages"
        indexes = [
            models.Index(fields=["available_at", "id"], condition=Q(sent_at=None), name="outbox_due"),
            models.Index(
                fields=["destination", "organization", "available_at", "id"],
                condition=Q(sent_at=None),
                name="outbox_by_turn",
            ),
            models.Index(fields=["job", "dispatch"], name="outbox_by_job"),
            models.Index(fields=["sent_at"], condition=~Q(sent_at=None), name="outbox_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.destination} #{self.pk}"


class Gate(models.Model):
    """Keeps jobs from starting while something they all need is not to be had. Written by gates.py only."""

    #: "github", "github:token": a provider, or one credential there.
    name = models.CharField(primary_key=True, max_length=200)
    #: Null, or past: open.
    closed_until = models.DateTimeField(null=True)
    #: Why it was closed last: a limit the provider named, or failures in a row.
    classification = models.CharField(max_length=20, choices=ErrorClassification)
    reason = models.CharField(max_length=500, blank=True, default="")
    #: Of the provider, in a row.
    failures = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "gates"

    def __str__(self) -> str:
        return self.name


class PausedQueue(models.Model):
    """Keeps all jobs of a queue from being claimed. Written by pausing.py only; there while the queue is paused."""

    queue = models.CharField(primary_key=True, max_length=100)
    #: A person, or a token.
    actor = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "paused_queues"

    def __str__(self) -> str:
        return self.queue


class InboxMessage(models.Model):
    """A foreign message that was consumed: its effect was committed with this row, so it happens once."""

    consumer = models.CharField(max_length=100)
    message_id = models.CharField(max_length=200)
    received_at = models.DateTimeField(db_default=Now())
    completed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inbox_messages"
        constraints = [models.UniqueConstraint(fields=["consumer", "message_id"], name="inbox_once")]

    def __str__(self) -> str:
        return f"{self.consumer} {self.message_id}"


class WorkflowEvent(models.Model):
    """Something that happened, which jobs may wait for. Append-only; the first write of an event id wins."""

    event_id = models.CharField(max_length=200, unique=True)
    type = models.CharField(max_length=60, choices=EventType)
    scope = models.CharField(max_length=200, blank=True, default="")
    key = models.CharField(max_length=300)
    payload = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    verdict = models.CharField(max_length=20, choices=EventVerdict)
    #: How often the same event id came again.
    duplicates = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "workflow_events"
        indexes = [models.Index(fields=["scope", "type", "key", "received_at"], name="workflow_events_key")]

    def __str__(self) -> str:
        return f"{self.type} {self.key}"


class Process(models.Model):
    """A process without HTTP, as it told of itself last. Written by pulse.py only; dead ones are kept for a day."""

    #: As leases.owner() names it. Its children, who own leases, end their names in the same part.
    id = models.CharField(primary_key=True, max_length=300)
    #: "worker-review": KODUS_PROCESS, else the kind.
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=ProcessKind)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    #: Empty when nobody knows.
    release = models.CharField(max_length=100, blank=True, default="", db_default="")
    #: What a worker takes jobs from, and how many at a time.
    queues = ArrayField(models.CharField(max_length=100), default=list, db_default=[])
    slots = models.PositiveIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=20, choices=ProcessState)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    #: When it is not heard of until then, and has not stopped, it died or hangs.
    next_beat_by = models.DateTimeField()

    class Meta:
        db_table = "processes"
        verbose_name_plural = "processes"

    def __str__(self) -> str:
        return f"{self.name} on {self.host}"


class RetentionPolicy(models.Model):
    """How many days the rows of one organization are kept, where that differs from the settings; null: as they say.

    Delivery ids have no age of their own here: what keeps a delivery from being taken twice is the same for all.
    """

    organization = models.CharField(primary_key=True, max_length=200)
    bodies_days = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    jobs_days = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    failed_days = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    events_days = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    pull_requests_days = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(180)])

    class Meta:
        db_table = "retention_policies"
        verbose_name_plural = "retention policies"

    def __str__(self) -> str:
        return self.organization
