"""Who may look and steer, and what they did: members, tokens, the audit trail, requests that are made once."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.db.models.functions import Now


class Role(models.TextChoices):
    """VIEWER looks, OPERATOR also steers, ADMIN also decides who may (access.py)."""

    VIEWER = "VIEWER"
    OPERATOR = "OPERATOR"
    ADMIN = "ADMIN"


class Member(models.Model):
    """What a user may do here. Superusers need no row: they may do everything."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    #: The one organization whose rows are seen; empty for all.
    organization = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "members"

    def __str__(self) -> str:
        return f"{self.user}: {self.role}{f' of {self.organization}' if self.organization else ''}"


class ApiToken(models.Model):
    """A token's hash and what it may do. The token itself is shown once, when it is made (tokens.py)."""

    name = models.CharField(max_length=100, unique=True)
    #: The first characters, to tell which token it is; too few to be of use.
    prefix = models.CharField(max_length=12, editable=False)
    sha256 = models.BinaryField(max_length=32, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40))
    #: The one organization whose rows it reaches; empty for all.
    organization = models.CharField(max_length=200, blank=True, default="")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    #: To the minute.
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_tokens"
        verbose_name = "API token"

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Something a person or a token did, refused attempts included. Append-only; written by audit.py only."""

    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=200)
    #: "cancel", "retry", "pause queue", …
    action = models.CharField(max_length=60)
    #: What it was done to: a job's id, a queue's name, a filter in words.
    target = models.CharField(max_length=500)
    organization = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    #: What came of it, in words.
    result = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "audit_entries"
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["target", "-id"], name="audit_by_target"),
            models.Index(F("organization"), F("id").desc(), name="audit_by_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.target}"


class IdempotentRequest(models.Model):
    """A request that was made under a key, and how it was answered: sent again, it is answered the same."""

    actor = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    #: Of method, path and body.
    sha256 = models.BinaryField(max_length=32)
    #: Of the answer, as HTTP has it.
    code = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "idempotent_requests"
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotent_requests_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotent_requests_age")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"
