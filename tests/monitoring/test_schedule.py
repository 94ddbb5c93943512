from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from monitoring.doctor import processes as room
from monitoring.doctor.diagnosis import State
from monitoring.metrics import surroundings
from monitoring.schedule import NOTED_WITHIN, duties
from tests.calendar_duties import put_into_the_calendar

pytestmark = pytest.mark.django_db
NAME = "Recover missed deliveries"  # every two minutes


@pytest.fixture(autouse=True)
def alone():
    put_into_the_calendar()
    PeriodicTask.objects.exclude(name=NAME).delete()


def last_sent(ago: timedelta) -> None:
    PeriodicTask.objects.update(last_run_at=timezone.now() - ago)


def test_a_duty_that_was_just_sent_is_not_late():
    last_sent(timedelta(seconds=1))
    (duty,) = duties()
    assert (duty.name, duty.late, duty.is_late) == (NAME, timedelta(), False)


def test_what_beat_has_not_noted_yet_is_not_late():
    last_sent(timedelta(minutes=4))
    assert not duties()[0].is_late


def test_a_duty_that_is_not_sent_any_more_is_late_since_it_was_due():
    last_sent(timedelta(hours=3))
    (duty,) = duties()
    assert timedelta(hours=2, minutes=57) < duty.late < timedelta(hours=3)
    (found,) = room.beat()
    assert (found.state, found.about, found.found.startswith("3 h late, last sent")) == (State.FAIL, NAME, True)


def test_one_that_was_never_sent_is_late_since_it_was_put_there():
    PeriodicTask.objects.update(last_run_at=None, date_changed=timezone.now() - NOTED_WITHIN - timedelta(minutes=3))
    assert duties()[0].is_late
    assert "never sent" in room.beat()[0].found


def test_one_that_is_switched_off_is_not_late_but_told():
    last_sent(timedelta(hours=3))
    PeriodicTask.objects.update(enabled=False)
    assert duties() == []
    assert [(found.state, found.about) for found in room.beat()] == [(State.WARN, NAME)]


@pytest.mark.parametrize("written", [{"day_of_month": "31", "month_of_year": "2"}, {"minute": "1--100000000"}])
def test_one_whose_time_never_comes_is_never_late_and_takes_nothing_else_down(written):
    """Written around the admin's checks."""
    last_sent(timedelta(hours=3))
    CrontabSchedule.objects.update(**written)
    assert [duty.late for duty in duties()] == [timedelta()]
    overdue, _ = surroundings.schedules()
    assert [sample.value for sample in overdue.samples] == [0]
