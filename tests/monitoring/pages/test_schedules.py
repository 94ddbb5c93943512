from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask

from monitoring.schedule import Schedule, described, known_schedules
from tests.calendar_duties import put_into_the_calendar

pytestmark = pytest.mark.django_db


def duty(**values: Any) -> PeriodicTask:
    crontab = CrontabSchedule.objects.create(**{"minute": "*/2", **values.pop("cron", {})})
    return PeriodicTask.objects.create(**{"name": "sweep", "task": "sweep", "crontab": crontab, **values})


def told(**values: Any) -> Schedule:
    return described(duty(**values), timezone.now())


def test_the_calendar_holds_the_duty_that_asks_for_missed_deliveries():
    put_into_the_calendar()
    (schedule,) = [known for known in known_schedules(timezone.now()) if known.task == "webhooks.recover_deliveries"]
    assert (schedule.words, schedule.is_enabled) == ("every 2 minutes", True)


def test_a_duty_runs_next_after_its_last_run():
    now = timezone.now()
    schedule = told(last_run_at=now)
    assert schedule.due_at
    assert timedelta(0) < schedule.due_at - now <= timedelta(minutes=2)
    assert not schedule.is_overdue


def test_a_duty_is_overdue_when_its_time_is_long_past():
    schedule = told(last_run_at=timezone.now() - timedelta(hours=1))
    assert schedule.is_overdue


def test_beat_has_some_minutes_to_write_down_what_it_ran():
    assert not told(last_run_at=timezone.now() - timedelta(minutes=5)).is_overdue


def test_a_duty_that_is_switched_off_is_never_due():
    schedule = told(last_run_at=timezone.now() - timedelta(days=1), enabled=False)
    assert (schedule.due_at, schedule.is_overdue) == (None, False)


def test_a_duty_that_never_ran_is_due_after_it_was_made():
    assert told().due_at


def test_another_zone_is_named():
    assert (
        told(cron={"hour": "4", "minute": "0", "timezone": "Europe/Berlin"}).words
        == "every day at 04:00, Europe/Berlin"
    )


def test_an_interval_is_said_in_words():
    every = IntervalSchedule.objects.create(every=10, period=IntervalSchedule.SECONDS)
    assert told(crontab=None, interval=every).words == "every 10 seconds"


def test_a_single_time_is_said_in_words():
    once = ClockedSchedule.objects.create(clocked_time=timezone.now() + timedelta(days=1))
    schedule = told(crontab=None, clocked=once, one_off=True)
    assert schedule.words.startswith("once, at ")
    assert schedule.due_at


@pytest.mark.parametrize("field", ["minute", "hour", "day_of_month", "month_of_year"])
def test_a_range_that_was_written_around_the_admin_is_shown_and_never_due(admin_client, field):
    made = duty()
    CrontabSchedule.objects.filter(id=made.crontab_id).update(**{field: "1--100000000"})
    (schedule,) = [known for known in known_schedules(timezone.now()) if known.name == "sweep"]
    assert (schedule.due_at, schedule.words[:6]) == (None, "cron: ")
    assert "1--100000000" in admin_client.get("/schedules").content.decode()


def test_a_date_that_never_comes_is_never_due():
    assert told(cron={"minute": "0", "hour": "0", "day_of_month": "31", "month_of_year": "2"}).due_at is None
