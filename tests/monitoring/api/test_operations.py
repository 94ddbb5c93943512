"""Workers and schedules over the API; a schedule is switched for a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask, PeriodicTasks

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.states import ProcessKind, WorkflowType
from monitoring.models import AuditEntry
from tests.calendar_duties import put_into_the_calendar
from tests.monitoring.api.conftest import post
from tests.monitoring.test_living import heard_of

pytestmark = pytest.mark.django_db

NAME = "Recover missed deliveries"


def results(client: Any, name: str) -> Any:
    answer = client.get(f"/workflow-queue/{name}")
    assert answer.status_code == 200
    return answer.json()["results"]


def test_a_worker_is_told_with_what_it_runs(operator):
    heard_of("worker-review", queues=["workflow.jobs.code_review"], slots=2, release="1f2e3d")
    job = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None, subject="octo/app#12").job
    transitions.claim(job.id, job.dispatch, owner="host:11:worker-review", lease_seconds=30)
    (told,) = results(operator, "workers")
    assert (told["name"], told["kind"], told["condition"], told["slots"]) == ("worker-review", "worker", "running", 2)
    assert told["queues"] == ["workflow.jobs.code_review"]
    assert [(run["id"], run["subject"], run["attempt"]) for run in told["jobs"]] == [(str(job.id), "octo/app#12", 1)]


def test_a_process_that_is_not_heard_of_any_more_is_silent(operator):
    heard_of("beat", ProcessKind.BEAT, next_beat_by=timezone.now() - timedelta(minutes=1))
    assert [told["condition"] for told in results(operator, "workers")] == ["silent"]


@pytest.fixture
def duty() -> PeriodicTask:
    put_into_the_calendar()
    return PeriodicTask.objects.get(name=NAME)


def switch(client: Any, duty: PeriodicTask, to: str, **body: Any) -> Any:
    return post(client, f"/workflow-queue/schedules/{duty.pk}/{to}", {"reason": "maintenance", **body})


def told_of(client: Any, name: str = NAME) -> Any:
    return next(told for told in results(client, "schedules") if told["name"] == name)


def test_a_schedule_says_in_words_when_it_runs_next(operator, duty):
    PeriodicTask.objects.filter(pk=duty.pk).update(last_run_at=timezone.now())
    told = told_of(operator)
    assert (told["words"], told["enabled"], told["overdue"]) == ("every 2 minutes", True, False)
    assert told["due_at"] > timezone.now().isoformat()


def test_a_schedule_is_switched_off_and_on_for_a_reason_and_beat_learns_of_it(operator, duty):
    before = PeriodicTasks.last_change()
    answer = switch(operator, duty, "disable")
    assert (answer.status_code, answer.json()["enabled"], answer.json()["due_at"]) == (200, False, None)
    assert PeriodicTasks.last_change() != before
    assert not told_of(operator)["enabled"]
    assert switch(operator, duty, "enable").json()["enabled"]
    entries = AuditEntry.objects.order_by("id").values_list("action", "target", "reason", "result")
    assert list(entries) == [
        ("disable schedule", NAME, "maintenance", "done"),
        ("enable schedule", NAME, "maintenance", "done"),
    ]


def test_what_is_on_already_stays_as_it_is(operator, duty):
    ran_at = timezone.now() - timedelta(minutes=1)
    PeriodicTask.objects.filter(pk=duty.pk).update(last_run_at=ran_at)
    assert switch(operator, duty, "enable").status_code == 200
    duty.refresh_from_db()
    assert (duty.enabled, duty.last_run_at) == (True, ran_at)


@pytest.mark.parametrize("written", [{"day_of_month": "31", "month_of_year": "2"}, {"hour": "1--100000000"}])
def test_what_would_never_run_is_not_switched_on(operator, duty, written):
    switch(operator, duty, "disable")
    CrontabSchedule.objects.filter(pk=duty.crontab_id).update(**written)
    answer = switch(operator, duty, "enable")
    assert (answer.status_code, "never comes" in answer.json()["detail"]) == (409, True)
    assert AuditEntry.objects.latest("id").result == answer.json()["detail"]
    duty.refresh_from_db()
    assert not duty.enabled


@pytest.mark.parametrize("schedule", ["0", "999999", "9" * 30])
def test_a_schedule_that_is_none_is_not_there(operator, schedule):
    assert post(operator, f"/workflow-queue/schedules/{schedule}/enable", {"reason": "x"}).status_code == 404


def test_a_reason_is_needed(operator, duty):
    assert switch(operator, duty, "disable", reason="").status_code == 422
