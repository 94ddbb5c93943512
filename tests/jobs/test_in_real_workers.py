"""The engine with its real processes: dispatcher, prefork workers, RabbitMQ. Workers are killed, queues deleted."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from kombu import Connection

from jobs import waits
from jobs.enqueue import enqueue
from jobs.models import OutboxMessage, WorkflowJob
from jobs.states import EventType, JobStatus, WorkflowType
from tests.processes import Process, dispatcher, running, worker
from tests.services import RabbitMQ, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("workload"), pytest.mark.acceptance]

QUEUE = "workflow.jobs.code_review"
FAST = {"KODUS_LEASE_SECONDS": "3", "KODUS_HEARTBEAT_SECONDS": "1", "KODUS_REDISPATCH_SECONDS": "2"}


def make(*steps: dict[str, Any], count: int = 1) -> list[WorkflowJob]:
    return [enqueue(WorkflowType.CODE_REVIEW, {"steps": list(steps)}, dedupe_key=None).job for _ in range(count)]


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
        wait_until(before.exists, seconds=60, what="the first step")
        if victim == "child":
            psutil.Process(doomed.pid).children()[0].kill()
            wait_for(jobs)
        else:
            doomed.kill()
            with running(review_worker(broker)):
                wait_for(jobs)
    assert [path.read_text().split() for path in (before, after)] == [["1"], ["2"]]
    assert jobs[0].history.filter(verb="rescue").count() == 1


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


def test_sigterm_lets_the_running_job_finish(broker):
    ending = review_worker(broker)
    with running(the_dispatcher(broker), ending):
        jobs = make({"sleep": 2})
        wait_until(lambda: statuses(jobs) == {JobStatus.PROCESSING}, seconds=60, what="the start")
        ending.stop()
        assert statuses(jobs) == {JobStatus.COMPLETED}
