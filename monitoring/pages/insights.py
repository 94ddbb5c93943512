"""Metrics for people: how long, how well, how much, over an hour or a month. Prometheus scrapes another page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework import serializers

from jobs.states import WorkflowType
from monitoring.access import Scope, caller_of, needs
from monitoring.api.queries import MAX_VALUE, Strict
from monitoring.insights import insights_of
from monitoring.pages import spreadsheet
from monitoring.pages.frame import page
from monitoring.pages.panels import Panel, panels, rests_on
from monitoring.pages.queries import Choice, filled, with_values
from monitoring.sampling import PERIODS, drawn

USUAL = "24h"


class InsightsQuery(Strict):
    period = serializers.ChoiceField(list(PERIODS), default=USUAL)
    repository = serializers.CharField(max_length=MAX_VALUE, required=False)
    type = serializers.ChoiceField(WorkflowType.choices, required=False)


@needs(Scope.JOBS_READ)
def insights(request: HttpRequest) -> HttpResponse:
    asked = InsightsQuery(data=filled(request.GET))
    context: dict[str, Any] = {"given": request.GET, "types": WorkflowType.values, "choices": _periods(request)}
    if not asked.is_valid():
        return page(request, "insights", {**context, "errors": asked.errors}, status=400)
    shown, says = _panels(request, asked.validated_data)
    context |= {"panels": shown, "rests_on": says, "query": with_values(request.GET)}
    return page(request, "insights", context)


@needs(Scope.JOBS_READ)
def panel_as_csv(request: HttpRequest, panel: str) -> HttpResponse:
    asked = InsightsQuery(data=filled(request.GET))
    if not asked.is_valid():
        raise Http404
    shown, _ = _panels(request, asked.validated_data)
    found = next((each for each in shown if each.name == panel), None)
    if found is None:
        raise Http404
    answer = HttpResponse(
        "".join(spreadsheet.lines(found.headings, found.rows)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.name}.csv"'
    return answer


def _panels(request: HttpRequest, told: dict[str, Any]) -> tuple[list[Panel], str]:
    sample = drawn(
        PERIODS[told["period"]],
        timezone.now(),
        repository=told.get("repository", ""),
        organization=caller_of(request).organization,
    )
    sample = sample.of_type(told["type"]) if "type" in told else sample
    return panels(sample, insights_of(sample)), rests_on(sample)


def _periods(request: HttpRequest) -> list[Choice]:
    chosen = request.GET.get("period") or USUAL
    return [Choice(name, with_values(request.GET, period=name), name == chosen) for name in PERIODS]
