"""A bulk action does what was asked for to what was there, once, however often its worker is lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs import transitions
from jobs.models import WorkflowJob
from jobs.states import ErrorClassification, WorkflowType
from monitoring import steering
from monitoring.access import Caller, Scope
from monitoring.bulk import acting
from monitoring.bulk.start import start
from monitoring.models import AuditEntry
from tests.monitoring.bulk.conftest import OPERATOR, asked, completed, failed, make_job, run, status_of

pytestmark = pytest.mark.django_db


class WorkerDies(BaseException):
    """As if the process were killed: nothing is settled."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "BATCH", 2)


@pytest.fixture
def dies_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The worker is lost when it has steered this many jobs."""
    steer = steering.steer

    def after(count: int) -> None:
        left = [count]

        def dying(*given: Any, **named: Any) -> Any:
            if not left[0]:
                raise WorkerDies
            left[0] -= 1
            return steer(*given, **named)

        monkeypatch.setattr(acting, "steer", dying)

    return after


def rescued(job: WorkflowJob) -> WorkflowJob:
    WorkflowJob.objects.filter(id=job.id).update(lease_until=timezone.now() - timedelta(seconds=1))
    return transitions.rescue(job.id, crash_limit=3, grace=timedelta(), actor="rescuer")


def test_all_that_fit_are_cancelled_for_the_reason_and_by_whom_it_was_asked(done):
    jobs, other = [make_job() for _ in range(3)], make_job("octo/web#1")
    bulk = done(repository="octo/app")
    assert bulk.outcome == {"done": 3, "refused": {}, "more": False}
    assert status_of(*jobs, other) == ["CANCELLED"] * 3 + ["PENDING"]
    row = jobs[0].history.get(verb="cancel")
    assert (row.actor, row.detail["reason"]) == ("user:ada", "not wanted")


def test_failed_and_cancelled_jobs_are_retried_and_others_left(done):
    bad, ended, live = failed(), completed(), make_job()
    assert done("retry", repository="octo/app").outcome == {"done": 1, "refused": {}, "more": False}
    assert status_of(bad, ended, live) == ["PENDING", "COMPLETED", "PENDING"]


def test_the_newest_job_of_a_pull_request_is_retried_and_the_older_are_refused(done):
    old = failed(dedupe_key="octo/app#1")
    new = failed(dedupe_key="octo/app#1")
    WorkflowJob.objects.filter(id=old.id).update(created_at=old.created_at - timedelta(seconds=1))
    older, newer = sorted([old, new], key=lambda job: job.id)
    bulk = done("retry", status="FAILED")
    assert status_of(newer, older) == ["PENDING", "FAILED"]
    assert bulk.outcome == {"done": 1, "refused": {"Another job does the same work already.": 1}, "more": False}


def test_each_job_and_the_action_are_in_the_audit_trail(done):
    job = make_job()
    bulk = done(repository="octo/app")
    entries = AuditEntry.objects.order_by("id").values_list("action", "actor", "target", "reason", "result")
    assert list(entries) == [
        ("bulk cancel", "user:ada", "Cancel all with repository octo/app", "not wanted", f"Job {bulk.id}."),
        ("cancel", "user:ada", str(job.id), "not wanted", "CANCELLED"),
    ]


def test_bulk_actions_are_left_alone(done):
    assert done(status="PROCESSING").outcome == {"done": 0, "refused": {}, "more": False}
    assert done(type=WorkflowType.BULK_ACTION).status == "COMPLETED"


def test_who_is_of_one_organization_reaches_no_other_one(done):
    member = Caller("user:eve", frozenset({Scope.JOBS_WRITE}), "octo")
    ours, theirs = make_job(), make_job("acme/app#1")
    bulk = done("cancel", member, status="PENDING")
    assert (bulk.organization, status_of(ours, theirs)) == ("octo", ["CANCELLED", "PENDING"])
    assert done("cancel", member, organization="acme").outcome["done"] == 0


@pytest.mark.django_db(transaction=True)
def test_what_was_made_after_it_was_asked_for_is_left_alone(done):
    bulk = start(asked(repository="octo/app"))
    later = make_job()
    assert run(bulk).outcome["done"] == 0
    assert status_of(later) == ["PENDING"]


def test_it_goes_on_from_batch_to_batch(done, small):
    jobs = [make_job() for _ in range(5)]
    assert done(repository="octo/app").outcome["done"] == 5
    assert status_of(*jobs) == ["CANCELLED"] * 5


@pytest.mark.parametrize("survived", range(5))
def test_a_lost_worker_costs_nothing_and_repeats_nothing(small, dies_after, survived):
    jobs = [failed() for _ in range(5)]
    bulk = start(asked("retry", repository="octo/app"))
    dies_after(survived)
    with pytest.raises(WorkerDies):
        run(bulk)
    for job in WorkflowJob.objects.filter(id__in=[job.id for job in jobs], status="PENDING"):
        failed_again(job)
    dies_after(100)
    bulk = run(rescued(bulk))
    assert bulk.outcome == {"done": 5, "refused": {}, "more": False}
    assert [job.history.filter(verb="retry by hand").count() for job in jobs] == [1] * 5


def failed_again(job: WorkflowJob) -> None:
    running = transitions.claim(job.id, job.dispatch, owner="host:1:ab", lease_seconds=30)
    transitions.fail(running, transitions.Failure(ErrorClassification.PERMANENT, "NotFound", "Still none."))


def test_cancelled_itself_it_stops_at_the_next_batch(small, monkeypatch):
    jobs = [make_job() for _ in range(6)]
    bulk = start(asked(repository="octo/app"))
    steer = steering.steer

    def cancelled_meanwhile(*given: Any, **named: Any) -> Any:
        if WorkflowJob.objects.get(id=bulk.id).status == "PROCESSING":
            transitions.cancel(bulk.id, actor="user:bob", reason="stop")
        return steer(*given, **named)

    monkeypatch.setattr(acting, "steer", cancelled_meanwhile)
    assert run(bulk).status == "CANCELLED"
    assert sorted(status_of(*jobs)) == ["CANCELLED"] * 2 + ["PENDING"] * 4


def test_a_job_that_moves_meanwhile_is_refused_and_counted(done, monkeypatch):
    first, second = make_job(), make_job()
    steer = steering.steer

    def ended_meanwhile(*given: Any, **named: Any) -> Any:
        for job in (first, second):
            if WorkflowJob.objects.get(id=job.id).status == "PENDING" and job.id != given[1]:
                transitions.cancel(job.id, actor="user:bob", reason="closed")
        return steer(*given, **named)

    monkeypatch.setattr(acting, "steer", ended_meanwhile)
    refused = {"A job that is CANCELLED cannot be cancelled.": 1}
    assert done(repository="octo/app").outcome == {"done": 1, "refused": refused, "more": False}


def test_a_job_that_is_pruned_meanwhile_is_counted(done, monkeypatch):
    job = failed()
    steer = steering.steer

    def pruned_meanwhile(*given: Any, **named: Any) -> Any:
        job.history.all().delete()
        WorkflowJob.objects.filter(id=job.id).delete()
        return steer(*given, **named)

    monkeypatch.setattr(acting, "steer", pruned_meanwhile)
    assert done("retry", status="FAILED").outcome["refused"] == {"The job is no longer kept.": 1}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_something_holds_does_not_keep_the_others(done):
    held, free = make_job(), make_job()
    holds, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            WorkflowJob.objects.select_for_update().get(id=held.id)
            holds.set()
            over.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    holds.wait(30)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        bulk = done(repository="octo/app")
    finally:
        over.set()
        holder.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    refused = {"Something else held the job for too long.": 1}
    assert (bulk.outcome, status_of(held, free)) == (
        {"done": 1, "refused": refused, "more": False},
        ["PENDING", "CANCELLED"],
    )


def test_it_ends_at_a_bound_and_says_that_there_may_be_more(done, small, monkeypatch):
    monkeypatch.setattr(acting, "MOST", 3)
    jobs = [make_job() for _ in range(5)]
    assert done(repository="octo/app").outcome == {"done": 3, "refused": {}, "more": True}
    assert sorted(status_of(*jobs)) == ["CANCELLED"] * 3 + ["PENDING"] * 2


def test_what_is_asked_for_is_kept_as_it_was_asked():
    moment = timezone.now()
    told = asked(repository="octo/app", status="PENDING")
    told = type(told).by(
        OPERATOR, "cancel", type(told.wanted)(told.wanted.values, since=moment, until=moment), reason="because"
    )
    assert type(told).of(told.to_json()) == told
