"""The calendar asks for a look through each hook every two minutes, once however many tell the tick."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from threading import Barrier

import pytest
from django.apps import apps
from django.db import DataError, connection
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from jobs.models import InboxMessage, WorkflowJob
from webhooks import tasks
from webhooks.recovery import request_recoveries
from webhooks.tasks import recover_deliveries

HOOKS = ("repos/octo/app/hooks/1", "orgs/octo/hooks/2")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def hooks(settings) -> None:
    settings.GITHUB_HOOKS = HOOKS


def jobs() -> list[str]:
    return sorted(WorkflowJob.objects.values_list("subject", flat=True))


@pytest.mark.django_db
def test_a_tick_makes_a_job_for_each_hook():
    assert request_recoveries(NOON)
    assert jobs() == sorted(HOOKS)
    inbox = InboxMessage.objects.get()
    assert (inbox.consumer, inbox.completed_at is not None) == ("calendar", True)


@pytest.mark.django_db
def test_a_tick_told_again_makes_nothing_although_its_jobs_are_over():
    request_recoveries(NOON)
    WorkflowJob.objects.all().delete()
    assert not request_recoveries(NOON.replace(second=59))
    assert jobs() == []


@pytest.mark.django_db
def test_the_next_tick_makes_no_second_job_while_the_first_lives():
    request_recoveries(NOON)
    assert request_recoveries(NOON.replace(minute=2))
    assert jobs() == sorted(HOOKS)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_one_job_for_each_hook():
    ready = Barrier(4)

    def tick(_: int) -> bool:
        ready.wait()
        try:
            return request_recoveries(NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as beats:
        assert sorted(beats.map(tick, range(4))) == [False, False, False, True]
    assert (jobs(), InboxMessage.objects.count()) == (sorted(HOOKS), 1)


@pytest.mark.django_db
def test_a_tick_that_fails_is_as_if_it_had_not_been(settings, monkeypatch):
    settings.GITHUB_HOOKS = (HOOKS[0], "orgs/octo/" + "x" * 400)
    with pytest.raises(DataError):
        request_recoveries(NOON)
    assert (jobs(), InboxMessage.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_without_hooks_a_tick_leaves_no_trace(settings):
    settings.GITHUB_HOOKS = ()
    assert not request_recoveries(NOON)
    assert InboxMessage.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("expires", ["2026-01-01T12:02:00.01+00:00", None])
def test_a_doubled_message_is_one_tick(monkeypatch, expires):
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOON)
    for _ in range(2):
        recover_deliveries.push_request(expires=expires)
        recover_deliveries()
        recover_deliveries.pop_request()
    assert InboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_the_migration_puts_it_into_the_calendar_and_leaves_an_operators_times_alone():
    put_into_the_calendar = import_module("webhooks.migrations.0003_calendar").put_into_the_calendar
    PeriodicTask.objects.all().delete()
    put_into_the_calendar(apps, None)
    duty = PeriodicTask.objects.get(task=recover_deliveries.name)
    assert (duty.enabled, duty.crontab.minute, duty.expire_seconds) == (True, "*/2", 120)
    duty.crontab = CrontabSchedule.objects.create(minute="*/10")
    duty.save()
    put_into_the_calendar(apps, None)
    assert PeriodicTask.objects.get().crontab.minute == "*/10"
