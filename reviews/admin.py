"""Reviews, findings, model calls, effects and given commands to look at. Nothing is edited: it is what happened."""

from django.contrib import admin
from django.db.models import Q

from jobs.admin_reading import NOTHING, ReadOnly, ReadOnlyAdmin, of_job
from jobs.ids import as_uuid
from reviews.models import Effect, Finding, GivenCommand, ModelCall, Review
from reviews.usage import usage_of

#: Any number of so many digits is an id that the database can compare.
MAX_DIGITS = 18
THUMBS = ("thumbs_up", "thumbs_down")


class FindingInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg] # not generic at run time
    model = Finding
    fields = ("severity", "rule", "path", "line", "message", "placement", "reason", "posted", "fixed_in", *THUMBS)
    extra = 0


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("repository", "number", "head_sha", "outcome", "reason", "findings_inline", "created_at")
    list_filter = ("outcome", "origin")
    list_select_related = True
    search_help_text = "A full head commit."
    readonly_fields = ("language_model",)
    inlines = (FindingInline,)

    def find(self, term: str) -> Q:
        return Q(head_sha=term)

    @admin.display(description="language model")
    def language_model(self, review: Review) -> str:
        return str(usage_of(review.job_id)) if review.job_id else ""


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    list_display = ("rule", "severity", "path", "line", "placement", "posted", "fixed_in", *THUMBS, "review")
    list_filter = ("severity", "placement")
    list_select_related = ("review",)
    search_help_text = "A full fingerprint, of findings that the author was told."

    def find(self, term: str) -> Q:
        return Q(fingerprint=term, posted=True)


@admin.register(ModelCall)
class ModelCallAdmin(ReadOnlyAdmin):
    list_display = (
        *("model", "started_at", "milliseconds", "input_tokens", "output_tokens", "cost"),
        *("error", "findings", "dropped", "job"),
    )
    list_select_related = ("job",)
    search_help_text = "The id of a job."

    def find(self, term: str) -> Q:
        return of_job(term)


@admin.register(Effect)
class EffectAdmin(ReadOnlyAdmin):
    list_display = ("purpose", "repository_id", "number", "head_sha", "state", "external_id", "at", "done_at")
    list_filter = ("state",)
    search_help_text = "The id of a job."

    def find(self, term: str) -> Q:
        job_id = as_uuid(term)
        return Q(job_id=job_id) if job_id else NOTHING


@admin.register(GivenCommand)
class GivenCommandAdmin(ReadOnlyAdmin):
    list_display = ("command", "repository_id", "number", "comment_id", "given_by", "given_at", "job")
    list_filter = ("command",)
    list_select_related = ("job",)
    search_help_text = "The id of a comment."

    def find(self, term: str) -> Q:
        return Q(comment_id=int(term)) if term.isdecimal() and len(term) <= MAX_DIGITS else NOTHING
