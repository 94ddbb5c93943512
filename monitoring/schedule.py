"""The calendar: when each of beat's duties runs, in words, when next, and how late it is.

Beat notes what it has sent every three minutes, and when it stops; so a duty counts as late only some time after.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from monitoring.cron_words import in_words

#: Beat's notes are this old at most, and a message takes its time.
NOTED_WITHIN = timedelta(minutes=5)
MOST_SHOWN = 200
_KINDS = ("interval", "crontab", "solar", "clocked")


@dataclass(frozen=True, slots=True)
class Duty:
    """`late` is how long ago it was due without being sent, as far as is known; zero when it is in time."""

    name: str
    last_at: datetime | None
    late: timedelta

    @property
    def is_late(self) -> bool:
        return self.late > NOTED_WITHIN


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


def duties() -> list[Duty]:
    now = timezone.now()
    return [Duty(task.name, task.last_run_at, _late(task, now)) for task in _enabled()]


def known_schedules(now: datetime) -> list[Schedule]:
    duties = PeriodicTask.objects.exclude(task="celery.backend_cleanup").select_related(*_KINDS).order_by("name")
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
        is_overdue=bool(due_at and now - due_at > NOTED_WITHIN),
    )


def next_run(task: PeriodicTask, now: datetime) -> datetime | None:
    """The first time after its last run, or its last change if it never ran; None when it never comes."""
    after = task.last_run_at or task.date_changed or now
    try:
        left: timedelta = task.schedule.remaining_estimate(after)
        return now + left
    except (ValueError, TypeError, OverflowError, RuntimeError, AttributeError, ImportError):
        return None  # such a date does not exist, or the row was written around the admin's checks


def switched_off() -> list[str]:
    return list(PeriodicTask.objects.filter(enabled=False, one_off=False).values_list("name", flat=True))


def _enabled() -> QuerySet[PeriodicTask]:
    found: QuerySet[PeriodicTask] = PeriodicTask.objects.filter(enabled=True).select_related(*_KINDS)
    return found.order_by("name")


def _late(task: PeriodicTask, now: datetime) -> timedelta:
    """Counted from when it was put into the calendar, if it was never sent."""
    since = task.last_run_at or task.date_changed
    if since is None or (task.start_time and task.start_time > now) or task.one_off:
        return timedelta()
    due_at = next_run(task, now)
    return max(timedelta(), now - due_at) if due_at else timedelta()


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
