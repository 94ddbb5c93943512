"""Dispatcher and worker of the release before this one beside ours, on one schema and one broker: as while a deploy
rolls, or is taken back.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count

from jobs import waits
from jobs.enqueue import enqueue
from jobs.models import JobExecutionHistory, WorkflowJob
from jobs.states import EventType, JobStatus, WorkflowType
from tests.previous_release import of
from tests.processes import ROOT, Process, dispatcher, running, worker
from tests.services import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("workload")]

QUEUE = "workflow.jobs.code_review"
FAST = {"KODUS_LEASE_SECONDS": "3", "KODUS_HEARTBEAT_SECONDS": "1", "KODUS_REDISPATCH_SECONDS": "2"}
EVENT_KEY = "octo/app@sha"


def engine(broker: str, release: Path) -> list[Process]:
    """A dispatcher and a worker."""
    made = dispatcher(broker, workload=True, **FAST), worker(broker, QUEUE, concurrency=2, workload=True, **FAST)
    return [of(release, process) for process in made]


def make(*steps: dict[str, Any], count: int) -> list[WorkflowJob]:
    payload = {"steps": list(steps)}
    return [enqueue(WorkflowType.CODE_REVIEW, payload, dedupe_key=None, organization="octo").job for _ in range(count)]


def every_kind_of_life() -> list[WorkflowJob]:
    return [
        *make({"sleep": 0.2}, {"sleep": 0.2}, count=20),
        *make({"fail": "retryable"}, count=5),
        *make({"wait": EVENT_KEY}, count=5),
    ]


def statuses(jobs: Sequence[WorkflowJob]) -> set[str]:
    return set(WorkflowJob.objects.filter(id__in=[job.id for job in jobs]).values_list("status", flat=True))


def wait_until_paused(count: int) -> None:
    waiting = WorkflowJob.objects.filter(status=JobStatus.WAITING_FOR_EVENT)
    wait_until(lambda: waiting.count() == count, seconds=60, what=f"{count} jobs to wait")


def emit() -> None:
    waits.emit(EventType.AST_COMPLETED, scope="test", key=EVENT_KEY, payload={}, event_id="e1", source="test")


def owners() -> set[str]:
    """Who ran the jobs: each worker's node name."""
    return {
        job.history.filter(verb="claim").latest("id").actor.rpartition(":")[2] for job in WorkflowJob.objects.all()
    }


def wait_for(jobs: Sequence[WorkflowJob]) -> None:
    wait_until(lambda: statuses(jobs) == {JobStatus.COMPLETED}, seconds=90, what="all jobs")
    done = JobExecutionHistory.objects.filter(verb="complete").values("job").annotate(times=Count("id"))
    assert [job for job in done if job["times"] != 1] == []


def test_both_releases_share_the_work(broker, previous):
    with running(*engine(broker, ROOT), *engine(broker, previous)):
        jobs = every_kind_of_life()
        wait_until_paused(5)
        emit()
        wait_for(jobs)
    assert len(owners()) > 1


@pytest.mark.parametrize("first", ["previous", pytest.param("ours", marks=pytest.mark.campaign)])
def test_one_release_goes_on_where_the_other_stopped(broker, previous, first):
    before, after = (previous, ROOT) if first == "previous" else (ROOT, previous)
    with running(*engine(broker, before)):
        jobs = every_kind_of_life()
        wait_until_paused(5)
    emit()
    with running(*engine(broker, after)):
        wait_for(jobs)


@pytest.mark.parametrize("lost", ["previous", pytest.param("ours", marks=pytest.mark.campaign)])
def test_one_release_rescues_the_jobs_of_the_others_lost_worker(broker, previous, lost):
    of_the_lost, of_the_rescuer = (previous, ROOT) if lost == "previous" else (ROOT, previous)
    relay, doomed = engine(broker, of_the_lost)
    jobs = make({"sleep": 5}, count=2)
    with running(relay, doomed):
        wait_until(lambda: statuses(jobs) == {JobStatus.PROCESSING}, seconds=60, what="both jobs running")
        doomed.kill()
    with running(*engine(broker, of_the_rescuer)):
        wait_for(jobs)
