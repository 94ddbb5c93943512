"""What came through the door: one row per delivery, with the body exactly as it was signed.

The body is the truth; the columns beside it are read out of it for finding a delivery again. Rows are written by
intake.py and changed once at most: when a held delivery is replayed.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.models import WorkflowJob


class Verdict(models.TextChoices):
    """What became of a delivery. HELD: a feature flag is off; `manage.py replay_deliveries` takes it up."""

    ACCEPTED = "ACCEPTED"
    IGNORED = "IGNORED"
    HELD = "HELD"
    PING = "PING"


class WebhookDelivery(models.Model):
    delivery_id = models.UUIDField(unique=True)
    event = models.CharField(max_length=64)
    action = models.CharField(max_length=255, blank=True, default="")
    body = models.BinaryField()
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
            models.Index(fields=["repository", "-received_at"], name="webhook_deliveries_repository"),
            models.Index(fields=["received_at"], condition=Q(verdict="HELD"), name="webhook_deliveries_held"),
            models.Index(fields=["job"], condition=~Q(job=None), name="webhook_deliveries_job"),
            models.Index(
                fields=["duplicate_of"], condition=~Q(duplicate_of=None), name="webhook_deliveries_duplicate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.action} {self.delivery_id}"
