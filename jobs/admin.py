"""The engine's tables to look at, and two things to do: cancel a job, retry one by hand (admin_actions.py).

Start at "Workflow jobs", filter "needs a look"; a job's page says why it is where it is and shows its history.
"""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from jobs import keys
from jobs.admin_actions import CANCEL, RETRY, cancel_jobs, retry_jobs
from jobs.admin_reading import NOTHING, ReadOnly, ReadOnlyAdmin, link, of_job, related_pages
from jobs.explain import explain
from jobs.foreign_events import CONSUMER
from jobs.ids import as_uuid, first_of
from jobs.models import (
    Gate,
    InboxMessage,
    JobExecutionHistory,
    OutboxMessage,
    PausedQueue,
    RetentionPolicy,
    WorkflowEvent,
    WorkflowJob,
)
from jobs.pausing import pause_of
from jobs.states import TRANSITIONS, EventType, JobStatus, Verb

HISTORY_SHOWN = 200
#: Of a repository, the newest.
JOBS_FOUND = 1_000
_OF_REPOSITORY = f"""SELECT job_id FROM job_keys WHERE key = {keys.key_of("repository", "%s")}
                      ORDER BY job_id DESC LIMIT {JOBS_FOUND}"""  # noqa: S608 - constants
OVERDUE_AFTER = timedelta(minutes=1)
IDENTITY = (
    "id",
    "correlation_id",
    "traceparent",
    "organization",
    "dedupe_key",
    "queue",
    "gates",
    "handler_type",
    "payload",
)
ROW_FIELDS = (*IDENTITY, "dispatch", "fence", "created_at", "updated_at", "started_at", "finished_at")


class NeedsALook(admin.SimpleListFilter):
    """Jobs the dispatcher should have moved on, or that failed lately; each by its own partial index."""

    title = "needs a look"
    parameter_name = "look"

    def lookups(self, *_: object) -> list[tuple[str, str]]:
        return [
            ("overdue", "due for a minute, not running"),
            ("lease", "lease ran out"),
            ("wait", "wait past its deadline"),
            ("failed", "failed in the last day"),
        ]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        runnable = [JobStatus.PENDING, JobStatus.RETRYING]
        chosen = {
            "overdue": Q(status__in=runnable, due_at__lt=Now() - OVERDUE_AFTER),
            "lease": Q(status=JobStatus.PROCESSING, lease_until__lt=Now()),
            "wait": Q(status=JobStatus.WAITING_FOR_EVENT, wait_deadline__lt=Now()),
            "failed": Q(status=JobStatus.FAILED, id__gte=first_of(timezone.now() - timedelta(days=1))),
        }.get(self.value() or "")
        return queryset.filter(chosen) if chosen else queryset


class LatestHistory(BaseInlineFormSet):  # type: ignore[type-arg] # not generic at run time
    """A job that was dispatched again for a week has more rows than a page holds."""

    @cached_property
    def latest(self) -> Any:
        """Kept: the formset asks for the rows anew for every form it makes."""
        return super().get_queryset()[:HISTORY_SHOWN]

    def get_queryset(self) -> Any:
        return self.latest


class HistoryInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg] # not generic at run time
    model = JobExecutionHistory
    formset = LatestHistory
    fields = ("at", "verb", "from_status", "to_status", "attempt", "dispatch", "stage", "actor", "detail")
    ordering = ("-id",)
    extra = 0
    verbose_name_plural = f"history, latest first (at most {HISTORY_SHOWN} rows)"


@admin.register(WorkflowJob)
class WorkflowJobAdmin(ReadOnlyAdmin):
    list_display = ("subject", "workflow_type", "status", "stage", "attempt", "due_at", "error_type", "created_at")
    list_filter = (NeedsALook, "status", "workflow_type")
    served = ("status__exact",)
    search_help_text = (
        "A job's id, a correlation id (GitHub's delivery id), owner/name (its newest jobs), or owner/name#number."
    )
    inlines = (HistoryInline,)
    actions = (cancel_jobs, retry_jobs)
    change_form_template = "admin/jobs/workflowjob/change_form.html"
    fieldsets = (
        (None, {"fields": ("why", "status", "subject", "workflow_type", "outcome", "reason", "related")}),
        ("Error", {"fields": ("error_class", "error_type", "error_message")}),
        ("Progress", {"fields": ("stage", "attempt", "retries", "crashes", "lease_owner", "lease_until", "due_at")}),
        ("Wait", {"fields": ("wait_type", "wait_scope", "wait_key", "wait_deadline", "wait_on_timeout", "wake")}),
        ("Row", {"fields": ROW_FIELDS}),
    )
    readonly_fields = ("why", "related")

    def find(self, term: str) -> Q:
        job_id = as_uuid(term)
        if job_id:
            return Q(id=job_id) | Q(correlation_id=term)
        organization, slash, _ = term.partition("/")
        if not slash:
            return Q(correlation_id=term)
        if "#" in term:
            return Q(organization=organization, subject=term)
        return Q(id__in=RawSQL(_OF_REPOSITORY, [term]), payload__repository=term)  # noqa: S611 - a constant

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Who may cancel and retry: looking needs the view permission, steering the change permission."""
        return request.user.has_perm("jobs.change_workflowjob")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "by_hand": self._by_hand(request, object_id)}
        return super().change_view(request, object_id, form_url, context)

    def _by_hand(self, request: HttpRequest, object_id: str) -> list[Any]:
        job_id = as_uuid(object_id)
        if job_id is None or not self.has_steer_permission(request):
            return []
        status = WorkflowJob.objects.filter(id=job_id).values_list("status", flat=True).first()
        choices = {Verb.CANCEL: CANCEL, Verb.RETRY_BY_HAND: RETRY}
        return [by_hand for verb, by_hand in choices.items() if status in TRANSITIONS[verb].sources]

    def why(self, job: WorkflowJob) -> str:
        message = job.messages.filter(dispatch=job.dispatch).last()
        return explain(job, message, now=timezone.now(), paused=pause_of(job.queue))

    def related(self, job: WorkflowJob) -> SafeString:
        """Links to the rows that name this job, in whichever room's table, and to the jobs of the same cause."""
        same = link(f"{reverse('admin:jobs_workflowjob_changelist')}?q={job.correlation_id}", "same correlation id")
        return format_html_join(" · ", "{}", [*((page,) for page in related_pages(job)), (same,)])


@admin.register(JobExecutionHistory)
class JobExecutionHistoryAdmin(ReadOnlyAdmin):
    list_display = ("at", "job", "verb", "from_status", "to_status", "attempt", "stage", "actor")
    list_select_related = ("job",)
    search_help_text = "A job's id."

    def find(self, term: str) -> Q:
        return of_job(term)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("id", "job", "dispatch", "destination", "available_at", "sent_at", "attempts", "last_error")
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    served = ("sent_at__isempty",)
    list_select_related = ("job",)
    search_help_text = "A job's id."

    def find(self, term: str) -> Q:
        return of_job(term)


@admin.register(Gate)
class GateAdmin(ReadOnlyAdmin):
    list_display = ("name", "closed_until", "classification", "reason", "failures", "updated_at")
    ordering = ("name",)


@admin.register(PausedQueue)
class PausedQueueAdmin(ReadOnlyAdmin):
    list_display = ("queue", "since", "actor", "reason")
    ordering = ("queue",)


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("message_id", "consumer", "received_at", "completed_at")
    search_help_text = f"An event's id, as it came through {CONSUMER}."

    def find(self, term: str) -> Q:
        return Q(consumer=CONSUMER, message_id=term)


@admin.register(WorkflowEvent)
class WorkflowEventAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "type", "scope", "key", "verdict", "duplicates", "source")
    list_filter = ("type", "verdict")
    search_help_text = "An event's id, or scope and key with a space between: octo octo/app@0123abc…"

    def find(self, term: str) -> Q:
        scope, space, key = term.partition(" ")
        by_key = Q(scope=scope, type__in=EventType.values, key=key.strip()) if space else NOTHING
        return Q(event_id=term) | by_key


@admin.register(RetentionPolicy)
class RetentionPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """The one table here that people write: the next run of the pruning goes by it."""

    list_display = ("organization", "bodies_days", "jobs_days", "failed_days", "events_days", "pull_requests_days")
    search_fields = ("=organization",)
