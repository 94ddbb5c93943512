"""Reviews, findings and effects to look at. Nothing is edited here: a review is what happened."""

from django.contrib import admin

from reviews.models import Effect, Finding, Review


class ReadOnly:
    """What nobody may add, change or delete."""

    def has_add_permission(self, *_: object, **__: object) -> bool:
        return False

    def has_change_permission(self, *_: object, **__: object) -> bool:
        return False

    def has_delete_permission(self, *_: object, **__: object) -> bool:
        return False


class FindingInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg] # not generic at run time
    model = Finding
    fields = ("severity", "rule", "path", "line", "message", "placement", "reason", "posted")
    extra = 0


@admin.register(Review)
class ReviewAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    list_display = ("repository", "number", "head_sha", "outcome", "reason", "findings_inline", "created_at")
    list_filter = ("outcome", "origin")
    list_select_related = True
    search_fields = ("head_sha__exact",)
    search_help_text = "A full head commit."
    ordering = ("-created_at",)
    show_full_result_count = False
    inlines = (FindingInline,)


@admin.register(Finding)
class FindingAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    list_display = ("rule", "severity", "path", "line", "placement", "posted", "review")
    list_filter = ("severity", "placement")
    list_select_related = ("review",)
    search_fields = ("fingerprint__exact",)
    search_help_text = "A full fingerprint."
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Effect)
class EffectAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    list_display = ("purpose", "repository_id", "number", "head_sha", "state", "external_id", "at", "done_at")
    list_filter = ("state", "purpose")
    search_fields = ("job_id__exact",)
    search_help_text = "The id of a job."
    ordering = ("-id",)
    show_full_result_count = False
