"""How the admin looks at big tables: nothing is edited, and no page reads more than an index finds.

Searching is exact and by index only; Django's own search would be `LIKE '%…%'`. Counting stops at `MOST_COUNTED`, and
columns cannot be sorted by, because both would read the whole table. So would a filter that few rows fit: unless an
index serves it, it looks through the newest `LOOKED_THROUGH` rows only, and the page says so.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG, IGNORED_PARAMS, PAGE_VAR, SEARCH_VAR
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.ids import as_uuid

MOST_COUNTED = 5_000
LOOKED_THROUGH = 10_000
NOTHING = Q(pk__in=[])


class CappedPaginator(Paginator):  # type: ignore[type-arg] # not generic at run time
    """Pages through the first rows only; to see others, filter."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[:MOST_COUNTED].count())


class ReadOnly:
    """What nobody may add, change or delete."""

    def has_add_permission(self, *_: object, **__: object) -> bool:
        return False

    def has_change_permission(self, *_: object, **__: object) -> bool:
        return False

    def has_delete_permission(self, *_: object, **__: object) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg] # not generic at run time
    """Say in `search_help_text` what can be searched for, and in `find` which indexed columns that means."""

    paginator = CappedPaginator
    search_fields = ("pk",)  # shows the search box; `find` decides
    show_full_result_count = False
    sortable_by = ()
    list_per_page = 50  # a row takes a millisecond to show, as long as all of them take to find
    ordering = ("-pk",)
    #: Filters that an index serves, by their names in the address.
    served: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        if not self._looks_through(request):
            return rows
        beyond = rows.order_by("-pk").values_list("pk", flat=True)[LOOKED_THROUGH : LOOKED_THROUGH + 1]
        return rows.filter(pk__gt=beyond[0]) if beyond else rows

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        told = {"subtitle": f"among the newest {LOOKED_THROUGH:,}"} if self._looks_through(request) else {}
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def _looks_through(self, request: HttpRequest) -> bool:
        """Whether it is filtered by something that no index serves. What is searched for, one does."""
        own = {getattr(shown, "parameter_name", "") for shown in self.list_filter}
        known = {*IGNORED_PARAMS, PAGE_VAR, ERROR_FLAG, *own, *self.served}
        filters = {name for name in request.GET if name not in known and not name.endswith("__id__exact")}
        return bool(filters) and not request.GET.get(SEARCH_VAR)

    def find(self, term: str) -> Q:  # noqa: ARG002 - for those that can be searched
        return NOTHING

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Model],
        search_term: str,
    ) -> tuple[QuerySet[Model], bool]:
        term = search_term.strip().replace("\0", "")
        return (queryset.filter(self.find(term)) if term else queryset), False


def of_job(term: str) -> Q:
    """The rows of the job with this id."""
    job_id = as_uuid(term)
    return Q(job=job_id) if job_id else NOTHING


def related_pages(row: Model) -> Iterator[SafeString]:
    """Links to the lists of rows that point at this one, where their room has an admin for them."""
    for relation in row._meta.related_objects:  # noqa: SLF001 - Django's documented API
        other = relation.related_model._meta  # noqa: SLF001 - the same
        with suppress(NoReverseMatch):
            url = reverse(f"admin:{other.app_label}_{other.model_name}_changelist")
            yield link(f"{url}?{relation.field.name}__id__exact={row.pk}", other.verbose_name_plural)


def link(url: str, text: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text)
