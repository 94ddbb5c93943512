"""The calendar's duties, which beat starts: when each runs, in words, and when next.

Beat writes down when it last ran something every three minutes only, so a duty is overdue no sooner than some minutes
after its time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from monitoring.access import Scope, needs
from monitoring.pages.cron_words import in_words
from monitoring.pages.frame import page
from monitoring.schedule import next_run

MOST_SHOWN = 200
WRITTEN_DOWN_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`due_at` is when it runs next, or should have run; None when that cannot be told, or it is switched off."""

    id: int
    name: str
    task: str
    description: str
    words: str
    is_enabled: bool
    last_run_at: datetime | None
    due_at: datetime | None
    is_overdue: bool


@needs(Scope.QUEUES_READ, everybodys=True)
def schedules(request: HttpRequest) -> HttpResponse:
    return page(request, "schedules", {"schedules": known_schedules(timezone.now()), "now": timezone.now()})


def known_schedules(now: datetime) -> list[Schedule]:
    kinds = ("interval", "crontab", "solar", "clocked")
    duties = PeriodicTask.objects.exclude(task="celery.backend_cleanup").select_related(*kinds).order_by("name")
    return [described(duty, now) for duty in duties[:MOST_SHOWN]]


def described(duty: PeriodicTask, now: datetime) -> Schedule:
    due_at = next_run(duty, now) if duty.enabled else None
    return Schedule(
        id=duty.pk,
        name=duty.name,
        task=duty.task,
        description=duty.description,
        words=_words(duty),
        is_enabled=duty.enabled,
        last_run_at=duty.last_run_at,
        due_at=due_at,
        is_overdue=bool(due_at and now - due_at > WRITTEN_DOWN_WITHIN),
    )


def overdue(found: Iterable[Schedule]) -> list[Schedule]:
    return [schedule for schedule in found if schedule.is_overdue]


def _words(duty: PeriodicTask) -> str:
    if duty.crontab:
        crontab = duty.crontab
        told = in_words(crontab.minute, crontab.hour, crontab.day_of_month, crontab.month_of_year, crontab.day_of_week)
        return told if str(crontab.timezone) == "UTC" else f"{told}, {crontab.timezone}"
    if duty.interval:
        return str(duty.interval)
    if duty.clocked:
        return f"once, at {duty.clocked.clocked_time:%Y-%m-%d %H:%M} UTC"
    return f"at {duty.solar.event.replace('_', ' ')}" if duty.solar else "never"
