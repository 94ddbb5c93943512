"""What came through the door, and what GitHub says should have.

A delivery is one row, with the body exactly as it was signed. The body is the truth; the columns beside it are read
out of it for finding a delivery again. Rows are written by intake.py and changed twice at most: when a held delivery
is replayed, and when its body is no longer kept (retention.py). Hooks and missed deliveries are written by missed.py
and recovery.py.
"""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.expressions import Func
from django.db.models.functions import Now

from jobs.models import WorkflowJob


class Verdict(models.TextChoices):
    """What became of a delivery. HELD: a feature flag is off; `manage.py replay_deliveries` takes it up."""

    ACCEPTED = "ACCEPTED"
    IGNORED = "IGNORED"
    HELD = "HELD"
    PING = "PING"


#: Whose a delivery is: the owner of its repository; empty for one of no repository.
OWNER = Func(F("repository"), Value("/"), Value(1), function="split_part", output_field=models.CharField())


class WebhookDelivery(models.Model):
    delivery_id = models.UUIDField(unique=True)
    event = models.CharField(max_length=64)
    action = models.CharField(max_length=255, blank=True, default="")
    #: Empty once it is no longer kept.
    body = models.BinaryField()
    #: How many bytes it had; null as long as it is kept.
    dropped_bytes = models.IntegerField(null=True)
    body_sha256 = models.BinaryField(max_length=32)
    headers = models.JSONField(default=dict)
    #: 0 when the sender named no hook.
    hook_id = models.BigIntegerField(default=0)
    installation_id = models.BigIntegerField(null=True)
    repository = models.CharField(max_length=255, blank=True, default="")
    sender = models.CharField(max_length=255, blank=True, default="")
    verdict = models.CharField(max_length=20, choices=Verdict)
    reason = models.CharField(max_length=500, blank=True, default="")
    job = models.ForeignKey(
        WorkflowJob, on_delete=models.SET_NULL, null=True, db_index=False, related_name="deliveries"
    )
    #: The first delivery of the same body from the same hook, when this one came under another delivery id.
    duplicate_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "webhook_deliveries"
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["hook_id", "body_sha256"],
                condition=Q(duplicate_of=None),
                name="webhook_deliveries_body_once",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="webhook_deliveries_received"),
            models.Index(OWNER, F("id").desc(), name="webhook_deliveries_owner"),
            models.Index(fields=["repository", "-id"], name="webhook_deliveries_repo"),
            models.Index(fields=["received_at"], condition=Q(verdict="HELD"), name="webhook_deliveries_held"),
            models.Index(
                fields=["received_at", "id"], condition=Q(dropped_bytes=None), name="webhook_deliveries_with_body"
            ),
            models.Index(fields=["job"], condition=~Q(job=None), name="webhook_deliveries_job"),
            models.Index(
                fields=["duplicate_of"], condition=~Q(duplicate_of=None), name="webhook_deliveries_duplicate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.action} {self.delivery_id}"


#: For how long GitHub shows a delivery and sends it again.
REMEMBERED = timedelta(days=3)
#: Of a missed delivery: it is stored by now, whichever way it came.
RECOVERED = Exists(WebhookDelivery.objects.filter(delivery_id=OuterRef("guid")))


class Hook(models.Model):
    """A webhook that is looked after, by its path in GitHub's API: repos/octo/app/hooks/1."""

    path = models.CharField(primary_key=True, max_length=300)
    #: What GitHub sent until then is known; null before the first look.
    checked_until = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    #: How often GitHub had tried to deliver something, as far as the last look saw.
    attempts = models.PositiveIntegerField(default=0)
    #: Deliveries that none of these attempts brought here.
    missed = models.PositiveIntegerField(default=0)
    #: False when there was more to see than a look reads; what it left out is the oldest.
    complete = models.BooleanField(default=True)

    class Meta:
        db_table = "hooks"

    def __str__(self) -> str:
        return self.path


class MissedDeliveries(models.QuerySet["MissedDelivery"]):
    def missing(self) -> "MissedDeliveries":
        """Not stored to this day, and GitHub still has them."""
        return self.filter(~RECOVERED, failed_at__gt=Now() - REMEMBERED)

    def due(self) -> "MissedDeliveries":
        """Missing and to be asked for now, the oldest first."""
        return self.missing().filter(due_at__lte=Now()).order_by("failed_at")


class MissedDelivery(models.Model):
    """A delivery that GitHub tried and failed to make. It is recovered when its guid is a stored delivery id."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, db_index=False, related_name="missed_deliveries")
    #: One event has the same at all hooks.
    guid = models.UUIDField()
    #: GitHub's id of its latest attempt.
    attempt_id = models.BigIntegerField()
    event = models.CharField(max_length=64)
    action = models.CharField(max_length=255, blank=True, default="")
    repository_id = models.BigIntegerField(null=True)
    #: The first attempt, as far as was seen.
    failed_at = models.DateTimeField()
    #: GitHub's words for how its latest attempt ended.
    failure = models.CharField(max_length=255)
    #: How often GitHub was asked to send it again.
    asked = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    #: GitHub's words when it declined the last time it was asked.
    refusal = models.CharField(max_length=500, blank=True, default="")
    #: When to ask next; null when it was asked often enough.
    due_at = models.DateTimeField(db_default=Now(), null=True)

    objects = MissedDeliveries.as_manager()

    class Meta:
        db_table = "missed_deliveries"
        verbose_name_plural = "missed deliveries"
        constraints = [models.UniqueConstraint(fields=["guid", "hook"], name="missed_deliveries_once")]
        indexes = [models.Index(fields=["hook", "failed_at"], name="missed_deliveries_by_hook")]

    def __str__(self) -> str:
        return f"{self.event} {self.action} {self.guid}"
