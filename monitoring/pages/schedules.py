"""The calendar's duties, which beat starts."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from monitoring.access import Scope, needs
from monitoring.pages.frame import page
from monitoring.schedule import known_schedules


@needs(Scope.QUEUES_READ, everybodys=True)
def schedules(request: HttpRequest) -> HttpResponse:
    return page(request, "schedules", {"schedules": known_schedules(timezone.now()), "now": timezone.now()})
