"""Pause and emit in every order, on real connections. The lost wake-up is planted once, to see the test catch it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs import transitions, waits
from jobs.errors import TransitionRefused
from jobs.maintenance import wait_expirer
from jobs.models import WorkflowEvent, WorkflowJob
from jobs.outcomes import WaitForEvent, Wake
from jobs.states import EventType, EventVerdict, JobStatus, OnTimeout
from jobs.testing import perform_job
from tests.services import wait_until

AST = EventType.AST_COMPLETED


def wait(key: str = "repo@sha", **options: Any) -> WaitForEvent:
    options = {"scope": "octo", "timeout": timedelta(hours=1), **options}
    return WaitForEvent(AST, key=key, **options)


def emit(key: str = "repo@sha", *, scope: str = "octo", event_id: str = "e1") -> WorkflowEvent:
    return waits.emit(AST, scope=scope, key=key, payload={"status": "completed"}, event_id=event_id, source="test")


@pytest.fixture
def paused(make_job, script) -> WorkflowJob:
    script.raises(wait())
    return perform_job(make_job())


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_an_event_after_the_pause_resumes_the_job(self, paused, script):
        event = emit()
        paused.refresh_from_db()
        assert (paused.status, event.verdict) == (JobStatus.PENDING, EventVerdict.RESUMED)
        assert perform_job(paused).status == JobStatus.COMPLETED
        assert script.attempts[-1].wake == Wake("EVENT", AST, "repo@sha", {"status": "completed"})

    def test_an_event_before_the_pause_is_found(self, make_job, script):
        assert emit().verdict == EventVerdict.EARLY
        script.raises(wait())
        assert perform_job(make_job()).status == JobStatus.PENDING

    def test_an_event_from_before_the_question_was_asked_does_not_count(self, make_job, script):
        emit()
        script.raises(wait(since=timezone.now() + timedelta(seconds=1)))
        assert perform_job(make_job()).status == JobStatus.WAITING_FOR_EVENT

    def test_the_same_event_twice_is_recorded_as_doubled_and_resumes_once(self, paused):
        emit()
        assert emit().duplicates == 1
        assert list(paused.history.filter(verb="resume").values_list("dispatch", flat=True)) == [2]

    def test_a_second_event_for_a_job_that_went_on_is_recorded_as_late(self, paused):
        emit()
        assert emit(event_id="e2").verdict == EventVerdict.LATE

    def test_the_event_that_never_comes_ends_in_the_timeout(self, make_job, script):
        script.raises(wait(timeout=timedelta(0)))
        job = perform_job(make_job())
        assert wait_expirer.run_once() == 1
        assert perform_job(job).status == JobStatus.COMPLETED
        assert script.attempts[-1].wake == Wake("TIMEOUT", AST, "repo@sha", {})

    def test_a_timeout_that_should_fail_the_job_does(self, make_job, script):
        script.raises(wait(timeout=timedelta(0), on_timeout=OnTimeout.FAIL))
        job = perform_job(make_job())
        wait_expirer.run_once()
        assert (perform_job(job).status, job.error_type) == (JobStatus.FAILED, "WaitTimedOut")

    def test_an_event_of_another_organization_wakes_nobody(self, paused):
        assert emit(scope="evil").verdict == EventVerdict.EARLY
        paused.refresh_from_db()
        assert paused.status == JobStatus.WAITING_FOR_EVENT

    def test_an_event_of_another_commit_wakes_nobody(self, paused):
        emit("repo@other")
        paused.refresh_from_db()
        assert paused.status == JobStatus.WAITING_FOR_EVENT

    def test_one_event_wakes_every_job_that_waits_for_it(self, make_job, script):
        script.raises(wait(), wait())
        jobs = [perform_job(make_job()) for _ in range(2)]
        emit()
        assert {WorkflowJob.objects.get(id=job.id).status for job in jobs} == {JobStatus.PENDING}

    def test_a_cancelled_job_is_not_woken(self, paused):
        transitions.cancel(paused.id, actor="test", reason="not needed")
        assert emit().verdict == EventVerdict.LATE
        paused.refresh_from_db()
        assert paused.status == JobStatus.CANCELLED

    def test_waiting_uses_up_no_retry(self, paused):
        assert (paused.retries, paused.attempt) == (0, 1)

    def test_a_stage_that_catches_everything_cannot_eat_the_wait(self, make_job, script):
        def greedy(_attempt):
            try:
                raise wait()  # noqa: TRY301 - a stage in miniature
            except Exception:  # noqa: BLE001 - this is the test
                return

        script.act = greedy
        assert perform_job(make_job()).status == JobStatus.WAITING_FOR_EVENT


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def pause_with_an_event_in_the_middle(job: WorkflowJob, monkeypatch: pytest.MonkeyPatch) -> str:
    """Emit on another connection after pause has looked for the event and before it has written; the job's status."""
    looked, go_on = threading.Event(), threading.Event()
    really_pause = transitions.pause

    def slow_pause(*args: Any, **options: Any) -> WorkflowJob:
        looked.set()
        assert go_on.wait(10)
        return really_pause(*args, **options)

    monkeypatch.setattr(transitions, "pause", slow_pause)
    claimed = transitions.claim(job.id, job.dispatch, owner="w1", lease_seconds=30)
    pausing = in_thread(lambda: waits.pause(claimed, wait()))
    assert looked.wait(10)
    emitting = in_thread(emit)
    wait_until(lambda: not emitting.is_alive() or blocked_on_a_lock(), seconds=10, what="emit to end or to block")
    go_on.set()
    pausing.join(10)
    emitting.join(10)
    job.refresh_from_db()
    return str(job.status)


def blocked_on_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_an_event_within_the_pauses_own_transaction_is_not_lost(self, make_job, monkeypatch):
        assert pause_with_an_event_in_the_middle(make_job(), monkeypatch) == JobStatus.PENDING

    def test_without_the_lock_the_same_event_is_lost(self, make_job, monkeypatch):
        """The negative control: it shows that the test above can fail."""
        monkeypatch.setattr(waits, "_lock", lambda *_: None)
        assert pause_with_an_event_in_the_middle(make_job(), monkeypatch) == JobStatus.WAITING_FOR_EVENT

    def test_event_and_timeout_at_once_have_one_winner(self, make_job, script):
        script.raises(wait(timeout=timedelta(0)))
        job = perform_job(make_job())
        threads = [in_thread(emit), in_thread(wait_expirer.run_once)]
        for thread in threads:
            thread.join(10)
        assert job.history.filter(verb__in=["resume", "expire"]).count() == 1

    def test_event_and_cancel_at_once_leave_a_cancelled_job(self, make_job, script):
        script.raises(wait())
        job = perform_job(make_job())
        threads = [in_thread(emit), in_thread(lambda: transitions.cancel(job.id, actor="t", reason="r"))]
        for thread in threads:
            thread.join(10)
        job.refresh_from_db()
        assert job.status == JobStatus.CANCELLED
        with pytest.raises(TransitionRefused):
            transitions.claim(job.id, job.dispatch, owner="w1", lease_seconds=30)
