"""How late the calendar is: each of beat's duties against the time it was due.

Beat notes what it has sent every three minutes, and when it stops; so a duty counts as late only some time after.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

#: Beat's notes are this old at most, and a message takes its time.
NOTED_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Duty:
    """`late` is how long ago it was due without being sent, as far as is known; zero when it is in time."""

    name: str
    last_at: datetime | None
    late: timedelta

    @property
    def is_late(self) -> bool:
        return self.late > NOTED_WITHIN


def duties() -> list[Duty]:
    now = timezone.now()
    return [Duty(task.name, task.last_run_at, _late(task, now)) for task in _enabled()]


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
    related = ("interval", "crontab", "solar", "clocked")
    found: QuerySet[PeriodicTask] = PeriodicTask.objects.filter(enabled=True).select_related(*related)
    return found.order_by("name")


def _late(task: PeriodicTask, now: datetime) -> timedelta:
    """Counted from when it was put into the calendar, if it was never sent."""
    since = task.last_run_at or task.date_changed
    if since is None or (task.start_time and task.start_time > now) or task.one_off:
        return timedelta()
    due_at = next_run(task, now)
    return max(timedelta(), now - due_at) if due_at else timedelta()
