"""What beat could not work out, or would do without end, cannot be put into the calendar."""

from typing import Any

import pytest
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

pytestmark = pytest.mark.django_db

ADMIN = "/admin/django_celery_beat"
EVERY_MINUTE = dict.fromkeys(("minute", "hour", "day_of_month", "month_of_year", "day_of_week"), "*")
#: Of the form's inline list of duties, which is empty.
NO_DUTIES = {"periodictask_set-TOTAL_FORMS": "0", "periodictask_set-INITIAL_FORMS": "0"}


def crontab(client: Any, **values: str) -> Any:
    return client.post(f"{ADMIN}/crontabschedule/add/", {**EVERY_MINUTE, "timezone": "UTC", **NO_DUTIES, **values})


def interval(client: Any, every: Any, period: str) -> Any:
    return client.post(f"{ADMIN}/intervalschedule/add/", {"every": every, "period": period, **NO_DUTIES})


@pytest.mark.parametrize(
    "values",
    [
        {"minute": "0", "hour": "0", "day_of_month": "1--100000000"}, {"minute": "1-100000000"},
        {"minute": "* * * * * *"}, {"minute": "@reboot"}, {"hour": "@reboot"}, {"minute": "@daily"},
        {"day_of_month": "31", "month_of_year": "2"}, {"day_of_month": "31", "month_of_year": "2,4"},
        {"day_of_month": "0"}, {"day_of_week": "7"}, {"day_of_week": "8"}, {"minute": "61"}, {"minute": "*/0"},
        {"minute": "0-59/100000"}, {"minute": ""}, {"minute": "5 *"}, {"hour": "L"}, {"minute": "x" * 5_000},
        {"minute": "a\0b"}, {"timezone": "Mars/Olympus"},
    ],
)  # fmt: skip
def test_a_time_that_never_comes_or_is_none_is_refused(admin_client, values):
    before = CrontabSchedule.objects.count()
    answer = crontab(admin_client, **values)
    assert (answer.status_code, bool(answer.context["errors"])) == (200, True)
    assert CrontabSchedule.objects.count() == before


@pytest.mark.parametrize(
    "values", [{}, {"minute": "*/7"}, {"day_of_month": "29", "month_of_year": "2"}, {"day_of_week": "mon-fri"},
               {"month_of_year": "jan"}, {"timezone": "Europe/Berlin", "hour": "2"}],
)  # fmt: skip
def test_a_time_that_comes_is_taken(admin_client, values):
    assert crontab(admin_client, **values).status_code == 302
    assert CrontabSchedule.objects.filter(**{**EVERY_MINUTE, **values}).exists()


@pytest.mark.parametrize(
    ("every", "period"), [(1, "microseconds"), (9, "seconds"), (367, "days"), (2**31 - 1, "days"), (0, "days"),
                          (-1, "days"), (10**30, "days"), (1, "fortnights"), ("x", "days")],
)  # fmt: skip
def test_a_pace_beyond_reason_is_refused(admin_client, every, period):
    answer = interval(admin_client, every, period)
    assert (answer.status_code, bool(answer.context["errors"])) == (200, True)
    assert not IntervalSchedule.objects.filter(period=period).exists()


@pytest.mark.parametrize(("every", "period"), [(10, "seconds"), (90, "minutes"), (366, "days")])
def test_a_pace_within_reason_is_taken(admin_client, every, period):
    assert interval(admin_client, every, period).status_code == 302
    assert IntervalSchedule.objects.filter(every=every, period=period).exists()


@pytest.fixture
def duty(admin_client: Any) -> Any:
    every_minute = CrontabSchedule.objects.create()
    good = {"name": "more", "task": "kodus_queue.prune", "crontab": every_minute.pk, "args": "[]", "kwargs": "{}"}

    def send(**values: str) -> Any:
        return admin_client.post(f"{ADMIN}/periodictask/add/", {**good, "enabled": "on", **values})

    return send


def test_a_duty_there_is_can_be_put_into_the_calendar(duty):
    assert duty().status_code == 302
    assert PeriodicTask.objects.get(name="more").task == "kodus_queue.prune"


@pytest.mark.parametrize(
    "values",
    [
        {"task": "os.system"}, {"task": "jobs.run_job"}, {"task": "celery.backend_cleanup"}, {"task": ""},
        {"regtask": "os.system"}, {"args": "x"}, {"args": "{}"}, {"args": "5"}, {"args": ""}, {"kwargs": "[]"},
        {"kwargs": "{"}, {"args": "[" * 100_000}, {"queue": "nowhere"}, {"crontab": "999999"}, {"crontab": ""},
    ],
)  # fmt: skip
def test_what_beat_could_not_send_is_refused(duty, values):
    answer = duty(**values)
    assert (answer.status_code, bool(answer.context["errors"])) == (200, True)
    assert not PeriodicTask.objects.filter(name="more").exists()


@pytest.mark.parametrize("field", ["exchange", "routing_key", "headers", "priority"])
def test_where_a_message_goes_is_not_the_calendar_s_to_say(duty, field):
    duty(**{field: "5"})
    assert getattr(PeriodicTask.objects.get(name="more"), field) in (None, "{}")
