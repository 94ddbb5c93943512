from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from celeryconfig import task_queues
from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import Process
from jobs.states import ProcessKind, ProcessState, WorkflowType
from monitoring.doctor import processes as room
from monitoring.doctor.diagnosis import State
from monitoring.living import Condition, lost, not_running, seen_processes, unserved

pytestmark = pytest.mark.django_db
QUEUES = [queue.name for queue in task_queues]


def heard_of(name: str, kind: ProcessKind = ProcessKind.WORKER, *, pid: int = 10, **values: Any) -> Process:
    now = timezone.now()
    defaults = {
        "id": f"host:{pid}:{name}",
        "name": name,
        "kind": kind,
        "host": "host",
        "pid": pid,
        "state": ProcessState.RUNNING,
        "started_at": now,
        "beat_at": now,
        "next_beat_by": now + timedelta(seconds=30),
    }
    return Process.objects.create(**{**defaults, **values})


def all_run() -> None:
    heard_of("worker-all", queues=QUEUES, slots=2)
    for kind in (ProcessKind.DISPATCHER, ProcessKind.EVENTS, ProcessKind.BEAT):
        heard_of(str(kind), kind)


def long_silent(**values: Any) -> dict[str, Any]:
    return {"next_beat_by": timezone.now() - timedelta(minutes=1), **values}


def claimed(owner: str) -> None:
    job = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None, subject="octo/app#12").job
    transitions.claim(job.id, job.dispatch, owner=owner, lease_seconds=30)


def test_a_worker_is_shown_with_what_its_children_run():
    heard_of("worker-review", queues=["q"], slots=2)
    claimed("host:11:worker-review")
    claimed("elsewhere:11:another")
    (seen,) = seen_processes()
    assert (seen.condition, seen.queues, seen.slots) == (Condition.RUNNING, ("q",), 2)
    assert [(job.subject, job.attempt, job.claimed_at is not None) for job in seen.jobs] == [("octo/app#12", 1, True)]


def test_all_are_read_in_two_queries():
    all_run()
    claimed("host:11:worker-all")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        seen_processes()
    assert len(queries) == 2


@pytest.mark.parametrize(
    ("state", "condition"),
    [("running", Condition.SILENT), ("stopping", Condition.SILENT), ("stopped", Condition.STOPPED)],
)
def test_one_that_is_silent_past_its_time_did_not_stop_unless_it_said_so(state, condition):
    heard_of("w", **long_silent(state=state))
    assert [process.condition for process in seen_processes()] == [condition]


def test_what_nobody_does_is_named():
    heard_of("worker-review", queues=QUEUES[:1])
    heard_of("dispatcher", ProcessKind.DISPATCHER, **long_silent())
    heard_of("beat", ProcessKind.BEAT, state=ProcessState.STOPPED)
    seen = seen_processes()
    assert unserved(seen, QUEUES) == QUEUES[1:]
    assert not_running(seen) == [ProcessKind.DISPATCHER, ProcessKind.EVENTS, ProcessKind.BEAT]


def test_a_lost_one_is_told_until_another_takes_its_place():
    heard_of("w", **long_silent())
    assert [process.name for process in lost(seen_processes())] == ["w"]
    heard_of("w", pid=11)
    assert lost(seen_processes()) == []


def test_the_doctor_is_content_when_all_run():
    all_run()
    (found,) = room.examine()
    assert (found.state, found.found) == (State.OK, "running: beat, dispatcher, events, worker-all; 0 jobs under way")


def test_the_doctor_names_each_that_does_not_run_and_how_to_start_it():
    all_run()
    Process.objects.filter(name__in=["dispatcher", "worker-all"]).update(**long_silent())
    found = [diagnosis for diagnosis in room.examine() if diagnosis.state == State.FAIL]
    assert [diagnosis.remedy.rpartition(" ctl ")[2] for diagnosis in found] == [
        "start worker-review worker-analysis",
        "start dispatcher",
    ]
    assert "workflow.jobs.code_review" in found[0].found


def test_the_doctor_notes_that_different_releases_run():
    all_run()
    Process.objects.update(release="a")
    Process.objects.filter(name="beat").update(release="b")
    assert "different releases run: a, b" in [diagnosis.found for diagnosis in room.examine()]
