"""The engine with its real processes: dispatcher, prefork workers, RabbitMQ. Workers are killed, queues deleted."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db.models import Count
from kombu import Connection

from jobs import pausing, transitions, waits
from jobs.enqueue import enqueue
from jobs.models import JobExecutionHistory, OutboxMessage, WorkflowJob
from jobs.states import EventType, JobStatus, WorkflowType
from tests.jobs.invariants import every_job, flaws
from tests.processes import Process, dispatcher, running, worker
from tests.services import RabbitMQ, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("workload"), pytest.mark.acceptance]

QUEUE = "workflow.jobs.code_review"
FAST = {"KODUS_LEASE_SECONDS": "3", "KODUS_HEARTBEAT_SECONDS": "1", "KODUS_REDISPATCH_SECONDS": "2"}


def make(*steps: dict[str, Any], count: int = 1, organization: str = "") -> list[WorkflowJob]:
    payload = {"steps": list(steps)}
    return [
        enqueue(WorkflowType.CODE_REVIEW, payload, dedupe_key=None, organization=organization).job
        for _ in range(count)
    ]


def statuses(jobs: list[WorkflowJob]) -> set[str]:
    return set(WorkflowJob.objects.filter(id__in=[job.id for job in jobs]).values_list("status", flat=True))


def wait_for(jobs: list[WorkflowJob], status: JobStatus = JobStatus.COMPLETED) -> None:
    wait_until(lambda: statuses(jobs) == {status}, seconds=90, what=f"{len(jobs)} jobs {status}")


def review_worker(broker: str, **environment: str) -> Process:
    return worker(broker, QUEUE, workload=True, **FAST, **environment)


def the_dispatcher(broker: str) -> Process:
    return dispatcher(broker, workload=True, **FAST)


def test_a_job_travels_from_row_to_broker_to_worker_and_back(broker):
    with running(the_dispatcher(broker), review_worker(broker)):
        wait_for(make({"sleep": 0.01}, count=5))


def test_waiting_jobs_hold_no_worker(broker):
    with running(the_dispatcher(broker), review_worker(broker)):  # one worker, one slot
        waiting = make({"wait": "graph"}, count=20)
        wait_for(waiting, JobStatus.WAITING_FOR_EVENT)
        wait_for(make({"sleep": 0.01}))
        assert statuses(waiting) == {JobStatus.WAITING_FOR_EVENT}
        waits.emit(
            EventType.AST_COMPLETED, scope="test", key="graph", payload={}, event_id="graph done", source="test"
        )
        wait_for(waiting)


@pytest.mark.parametrize("victim", ["child", "whole worker"])
def test_after_kill_9_the_job_goes_on_from_its_last_checkpoint(broker, tmp_path, victim):
    before, after = tmp_path / "before", tmp_path / "after"
    doomed = review_worker(broker)
    with running(the_dispatcher(broker), doomed):
        jobs = make({"touch": str(before)}, {"sleep": 4}, {"touch": str(after)})
        wait_until(jobs[0].history.filter(verb="checkpoint").exists, seconds=60, what="the first checkpoint")
        if victim == "child":
            psutil.Process(doomed.pid).children()[0].kill()
            wait_for(jobs)
        else:
            doomed.kill()
            with running(review_worker(broker)):
                wait_for(jobs)
    assert [path.read_text().split() for path in (before, after)] == [["1"], ["2"]]
    assert jobs[0].history.filter(verb="rescue").count() == 1


def test_a_worker_that_is_killed_leaves_no_temporary_files(broker, tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    doomed = review_worker(broker, TMPDIR=str(folder))
    with running(doomed):
        doomed.wait_for("ready.").kill()
    assert list(folder.iterdir()) == []


def test_a_worker_frozen_past_its_lease_does_nothing_when_it_wakes(broker, tmp_path):
    effect = tmp_path / "effect"
    frozen = review_worker(broker)
    with running(the_dispatcher(broker), frozen):
        jobs = make({"touch": str(tmp_path / "started")}, {"sleep": 3}, {"touch": str(effect)})
        wait_until((tmp_path / "started").exists, seconds=60, what="the first step")
        os.killpg(frozen.pid, signal.SIGSTOP)
        with running(review_worker(broker)):
            wait_for(jobs)
            os.killpg(frozen.pid, signal.SIGCONT)
            frozen.wait_for("attempt abandoned")
    assert effect.read_text().split() == ["2"]


def test_when_the_queues_are_deleted_in_the_middle_every_job_still_ends(broker):
    with running(the_dispatcher(broker), review_worker(broker)):
        jobs = make({"sleep": 0.1}, count=40)
        wait_until(lambda: JobStatus.COMPLETED in statuses(jobs), seconds=60, what="the first job")
        with Connection(broker) as connection:
            connection.channel().queue_delete(QUEUE)
        wait_for(jobs)


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[RabbitMQ]:
    """A RabbitMQ that this test may stop."""
    server = RabbitMQ(tmp_path / "rabbitmq")
    server.start()
    yield server
    server.stop()


def test_while_the_broker_is_down_jobs_are_taken_and_run_once_it_is_back(own_broker):
    with running(the_dispatcher(own_broker.url), review_worker(own_broker.url)):
        wait_for(make({"sleep": 0.01}))
        own_broker.stop()
        jobs = make({"sleep": 0.01}, count=20)
        assert OutboxMessage.objects.filter(sent_at=None).count() == 20
        own_broker.start()
        wait_for(jobs)


def test_sigterm_lets_the_running_stage_finish_and_leaves_the_rest_to_others(broker, tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    ending = review_worker(broker)
    with running(the_dispatcher(broker), ending):
        job = make({"touch": str(before)}, {"sleep": 2}, {"touch": str(after)})[0]
        wait_until(job.history.filter(verb="checkpoint").exists, seconds=60, what="the first step")
        ending.stop()
        job.refresh_from_db()
        assert (job.status, job.checkpoint, after.exists()) == (JobStatus.PENDING, {"done": 2}, False)
        with running(review_worker(broker)):
            wait_for([job])
    assert list(job.history.filter(verb__in=["release", "rescue"]).values_list("verb", flat=True)) == ["release"]
    assert [path.read_text().split() for path in (before, after)] == [["1"], ["2"]]


def test_what_ignores_that_its_worker_stops_is_given_to_others_before_it_is_killed(broker, tmp_path):
    started = tmp_path / "started"
    ending = review_worker(broker, KODUS_DRAIN_SECONDS="1")
    with running(the_dispatcher(broker), ending):
        job = make({"touch": str(started)}, {"hang": 8})[0]
        wait_until(started.exists, seconds=60, what="the first step")
        ending.popen.terminate()
        with running(review_worker(broker)):
            wait_until(lambda: job.history.filter(verb="claim").count() == 2, seconds=30, what="another worker")
        ending.kill()
    assert not job.history.filter(verb="rescue").exists()


def test_a_child_that_dies_is_told_by_its_parent_with_the_signal(broker):
    """Long before its lease, of ten minutes here, runs out."""
    with running(the_dispatcher(broker), worker(broker, QUEUE, workload=True, KODUS_LEASE_SECONDS="600")):
        jobs = make({"die": signal.SIGSEGV})
        wait_for(jobs, JobStatus.FAILED)
        job = WorkflowJob.objects.get(id=jobs[0].id)
    assert (job.error_type, job.error_class, job.crashes) == ("WorkerLost", "PERMANENT", 3)
    assert "SIGSEGV" in job.error_message
    assert "quarantined" in job.error_message


def test_a_poison_job_leaves_the_others_alone(broker):
    with running(the_dispatcher(broker), review_worker(broker)):
        poison, others = make({"die": signal.SIGKILL}), make({"sleep": 0.01}, count=20)
        wait_for(others)
        wait_for(poison, JobStatus.FAILED)
    assert set(WorkflowJob.objects.filter(status=JobStatus.COMPLETED).values_list("crashes", flat=True)) == {0}
    assert WorkflowJob.objects.get(id=poison[0].id).attempt == 3


def test_a_worker_lost_before_the_dispatcher_started_is_rescued_when_it_starts(broker):
    job = make({"sleep": 0.01})[0]
    transitions.claim(job.id, 1, owner="gone", lease_seconds=-1)
    with running(the_dispatcher(broker), review_worker(broker)):
        wait_for([job])
    assert job.history.filter(verb="rescue").count() == 1


def test_two_dispatchers_at_once_send_for_each_job_once(broker):
    two, workers = [dispatcher(broker, workload=True) for _ in range(2)], worker(broker, QUEUE, workload=True)
    with running(*two, workers):
        for each in two:
            each.wait_for("dispatcher started")
        wait_for(make(count=100))
        assert not workers.says("message outdated")
    done = JobExecutionHistory.objects.values_list("verb").annotate(times=Count("id"))
    assert dict(done) == {"enqueue": 100, "claim": 100, "complete": 100}


def test_a_backlog_of_one_organization_lets_anothers_job_pass(broker):
    with running(the_dispatcher(broker), review_worker(broker)):
        backlog = make({"sleep": 0.05}, count=200, organization="big")
        wait_until(lambda: JobStatus.COMPLETED in statuses(backlog), seconds=60, what="the first job")
        (job,) = make(organization="small")
        wait_for([job])
    enqueued, claimed = (job.history.get(verb=verb).pk for verb in ("enqueue", "claim"))
    claims = JobExecutionHistory.objects.filter(verb="claim", job__organization="big")
    assert claims.filter(pk__gt=enqueued, pk__lt=claimed).count() <= 12
    assert JobStatus.PENDING in statuses(backlog)


def test_a_paused_queue_lets_what_runs_end_and_keeps_the_rest_until_it_is_resumed(broker, tmp_path):
    with running(the_dispatcher(broker), review_worker(broker)):
        under_way = make({"touch": str(tmp_path / "started")}, {"sleep": 4})
        wait_until((tmp_path / "started").exists, seconds=60, what="the first step")
        kept = make(count=20)
        announced = OutboxMessage.objects.filter(sent_at__isnull=False)
        wait_until(announced.exists, seconds=60, what="messages at the broker")
        pausing.pause(QUEUE, actor="ann", reason="a move")
        wait_for(under_way)
        wait_until(lambda: not announced.exists(), seconds=60, what="them to be put back")
        assert (statuses(kept), OutboxMessage.objects.count()) == ({JobStatus.PENDING}, 20)
        pausing.resume(QUEUE, actor="ann")
        wait_for(kept)
    verbs = JobExecutionHistory.objects.filter(job__in=kept).values_list("verb").annotate(times=Count("id"))
    assert dict(verbs) == {"enqueue": 20, "claim": 20, "complete": 20}


def wait_for_another_end(jobs: list[WorkflowJob]) -> None:
    completed = WorkflowJob.objects.filter(id__in=[job.id for job in jobs], status=JobStatus.COMPLETED)
    before = completed.count()
    wait_until(lambda: completed.count() > before, seconds=60, what="another end")


def test_paused_and_resumed_again_and_again_while_a_worker_dies_a_queue_loses_nothing(broker):
    doomed = review_worker(broker)
    with running(the_dispatcher(broker), doomed):
        jobs = make({"sleep": 0.05}, count=60)
        for _ in range(3):
            wait_for_another_end(jobs)
            pausing.pause(QUEUE, actor="ann", reason="a move")
            wait_until(lambda: JobStatus.PROCESSING not in statuses(jobs), seconds=60, what="quiet")
            pausing.resume(QUEUE, actor="ann")
        wait_for_another_end(jobs)
        pausing.pause(QUEUE, actor="ann", reason="a move")
        doomed.kill()
        assert JobStatus.PENDING in statuses(jobs)
        pausing.resume(QUEUE, actor="ann")
        with running(review_worker(broker)):
            wait_for(jobs)
    assert not OutboxMessage.objects.exists()
    assert flaws(every_job()) == []
    claims = JobExecutionHistory.objects.filter(verb="claim").values("job").annotate(times=Count("id"))
    assert claims.filter(times__gt=1).count() <= 1  # the one that ran when its worker died
