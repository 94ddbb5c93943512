"""The first page: is it all right, what needs somebody, and how full each queue is."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from jobs.pausing import pauses
from monitoring.access import Scope, caller_of, needs
from monitoring.pages import verdicts
from monitoring.pages.attention import concerns
from monitoring.pages.chart import bars, by_hour
from monitoring.pages.frame import page
from monitoring.pages.live_jobs import is_capped, loads
from monitoring.pages.numbers import last_day, last_hour, numbers
from monitoring.pages.pulse import Pulse, pulse
from monitoring.pages.queues import lanes
from monitoring.schedule import known_schedules


@needs(Scope.JOBS_READ)
def overview(request: HttpRequest) -> HttpResponse:
    """Of one organization it tells that one's jobs, and leaves out what belongs to all of them."""
    organization, now = caller_of(request).organization, timezone.now()
    beat = Pulse() if organization else pulse()
    found, told, hour = loads(organization), numbers(organization), last_hour(organization)
    paused = pauses()
    cards = [
        verdicts.ingest(told, beat),
        verdicts.queue(found, now, paused),
        verdicts.reviews(told),
        verdicts.failures(told, hour, found),
    ]
    context = {
        "verdicts": cards,
        "concerns": []
        if organization
        else concerns(beat, told.closed_gates, found, known_schedules(now), paused=paused, now=now),
        "is_everybodys": not organization,
        "is_checked": bool(beat.vitals),
        "lanes": lanes(found, paused),
        "capped": is_capped(found),
        "chart": bars(hour),
        "day": by_hour(last_day(organization)),
        "now": now,
    }
    return page(request, "overview", context)
