"""What was reviewed, what was found, and which writes on the code host were made. Fields and constraints only."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.models import WorkflowJob
from reviews import purposes
from reviews.commands.parsing import Command
from reviews.context import Origin
from reviews.findings import Placement, Severity


class Outcome(models.TextChoices):
    """REVIEWED: all of it. PARTIAL: a part failed, `reason` says which. SKIPPED: on purpose, `reason` says why."""

    REVIEWED = "REVIEWED"
    PARTIAL = "PARTIAL"
    SKIPPED = "SKIPPED"


class Review(models.Model):
    """What came of one head commit. Written as unfinished when its comments are posted, and again when its job ends; a
    job that fails before it posts leaves none.
    """

    job = models.ForeignKey(WorkflowJob, on_delete=models.SET_NULL, null=True, related_name="reviews")
    origin = models.CharField(max_length=10, choices=[(origin.value, origin.value) for origin in Origin])
    organization = models.CharField(max_length=200, blank=True, default="")
    repository = models.CharField(max_length=300)
    #: The code host's id, which outlives a rename. Null, like the number, for a local review.
    repository_id = models.BigIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    head_sha = models.CharField(max_length=64)
    base_sha = models.CharField(max_length=64, blank=True, default="")
    purpose = models.CharField(max_length=40, default=purposes.REVIEW)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField(blank=True, default="")
    files = models.PositiveIntegerField(default=0)
    findings_inline = models.PositiveIntegerField(default=0)
    findings_in_body = models.PositiveIntegerField(default=0)
    findings_dropped = models.PositiveIntegerField(default=0)
    github_review_id = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "reviews"
        constraints = [
            # Null is distinct from null: local reviews may be repeated.
            models.UniqueConstraint(
                fields=["repository_id", "number", "head_sha", "purpose"], name="reviews_once_per_head"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="reviews_newest"),
            models.Index(fields=["head_sha"], name="reviews_by_head"),
        ]

    def __str__(self) -> str:
        return f"{self.repository}#{self.number} @ {self.head_sha[:10]}"


class Finding(models.Model):
    """One finding of a review as it left the funnel (findings.py)."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=100)
    path = models.TextField()
    line = models.PositiveIntegerField()
    end_line = models.PositiveIntegerField()
    severity = models.CharField(max_length=10, choices=[(word.value, word.value) for word in Severity])
    message = models.TextField()
    fingerprint = models.CharField(max_length=64)
    placement = models.CharField(max_length=10, choices=[(word.value, word.value) for word in Placement])
    #: Why it is no inline comment.
    reason = models.CharField(max_length=300, blank=True, default="")
    #: The author was told, on a line or in the summary.
    posted = models.BooleanField(default=False)
    #: The comment on its line that begins its thread; null for one without.
    comment_id = models.BigIntegerField(null=True)
    #: The head at which it was found to be fixed, and its thread told so.
    fixed_in = models.CharField(max_length=64, blank=True, db_default="")
    #: The reactions to its comment, as they were when a review of the pull request last ended.
    thumbs_up = models.IntegerField(db_default=0)
    thumbs_down = models.IntegerField(db_default=0)

    class Meta:
        db_table = "review_findings"
        indexes = [
            models.Index(fields=["fingerprint"], condition=Q(posted=True), name="findings_posted"),
            models.Index(fields=["rule"], condition=Q(thumbs_down__gt=0), name="findings_voted_down"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.path}:{self.line}"


class ModelCall(models.Model):
    """One question to a language model, paid for whatever came of it. Written by language_model/calls.py only.

    Made before the question is sent, so that what a crash leaves behind is known of, too: the sum of a job's rows is
    what its review cost, all attempts together.
    """

    job = models.ForeignKey(WorkflowJob, on_delete=models.SET_NULL, null=True, related_name="model_calls")
    provider = models.CharField(max_length=260)
    model = models.CharField(max_length=200)
    started_at = models.DateTimeField(db_default=Now())
    #: How long it keeps its slot when nobody ends it.
    held_until = models.DateTimeField()
    #: Null: it runs, or its process ended with it.
    ended_at = models.DateTimeField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    #: Why there was no answer; empty when there was one.
    error = models.CharField(max_length=100, blank=True, default="")
    #: As the provider counts; null where nobody knows.
    input_tokens = models.PositiveIntegerField(null=True)
    output_tokens = models.PositiveIntegerField(null=True)
    #: By the prices that were set then; null without prices, or without tokens.
    cost = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    findings = models.PositiveIntegerField(default=0)
    #: Remarks that did not stand, by reason.
    dropped = models.JSONField(default=dict)

    class Meta:
        db_table = "model_calls"
        indexes = [
            models.Index(fields=["provider", "held_until"], condition=Q(ended_at=None), name="model_calls_slots"),
        ]

    def __str__(self) -> str:
        return f"{self.model} at {self.started_at:%Y-%m-%d %H:%M:%S}"


class EffectState(models.TextChoices):
    """INTENT: about to be made. DONE: made, `external_id` names it. UNKNOWN: sent, and the answer never came."""

    INTENT = "INTENT"
    DONE = "DONE"
    UNKNOWN = "UNKNOWN"


class Effect(models.Model):
    """One write on the code host that must happen once. Written by effects.py only."""

    repository_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    head_sha = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)
    #: By this it is found again on the code host, when we do not know whether it was made.
    marker = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=EffectState, default=EffectState.INTENT)
    external_id = models.CharField(max_length=40, blank=True, default="")
    #: The job and fence that last tried.
    job_id = models.UUIDField()
    fence = models.PositiveBigIntegerField()
    at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "effects"
        constraints = [
            models.UniqueConstraint(fields=["repository_id", "number", "head_sha", "purpose"], name="effects_once"),
        ]
        indexes = [models.Index(fields=["job_id"], name="effects_by_job")]

    def __str__(self) -> str:
        return f"{self.purpose} for #{self.number} @ {self.head_sha[:10]}: {self.state}"


class GivenCommand(models.Model):
    """A command that somebody gave in a comment. Written by commands/taking.py, once; how things stand follows."""

    repository_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    comment_id = models.BigIntegerField()
    command = models.CharField(max_length=20, choices=[(word.value, word.value) for word in Command])
    #: The login, for people who look.
    given_by = models.CharField(max_length=255)
    #: On the code host's clock. Of the same second, the higher comment id is the later.
    given_at = models.DateTimeField()
    #: What does it: the review that was asked for, else the job that answers.
    job = models.ForeignKey(WorkflowJob, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+")
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "given_commands"
        constraints = [
            models.UniqueConstraint(fields=["repository_id", "comment_id"], name="given_commands_once"),
        ]
        indexes = [
            models.Index(fields=["repository_id", "number", "-given_at", "-comment_id"], name="given_commands_latest"),
            models.Index(fields=["job"], condition=~Q(job=None), name="given_commands_job"),
            models.Index(fields=["comment_id"], name="given_commands_comment"),
        ]

    def __str__(self) -> str:
        return f"{self.command} in comment {self.comment_id}"
