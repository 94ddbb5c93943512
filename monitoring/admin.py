"""Who may look and steer, and what they did. Tokens are made by `manage.py api_token`, which can show them once."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from jobs.admin_reading import ReadOnlyAdmin
from monitoring import calendar_admin  # noqa: F401 - it registers its own pages
from monitoring.models import ApiToken, AuditEntry, Member
from monitoring.tokens import revoke


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    list_display = ("user", "role", "organization")
    list_filter = ("role",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    autocomplete_fields = ("user",)


@admin.action(description="Revoke", permissions=["revoke"])
def revoke_tokens(_admin: "ApiTokenAdmin", _request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
    for token in queryset:
        revoke(token)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "prefix", "organization", "scopes", "expires_at", "revoked_at", "last_used_at")
    exclude = ("sha256",)
    actions = (revoke_tokens,)

    def find(self, term: str) -> Q:
        return Q(name=term) | Q(prefix=term[:12])

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("monitoring.change_apitoken")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "target", "organization", "reason", "result")
    search_help_text = "A job's id, a delivery id, a queue: what it was done to; or who did it."

    def find(self, term: str) -> Q:
        return Q(target=term) | Q(actor=term)
