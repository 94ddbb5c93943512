"""Real processes tell that they live, that they stop, and nothing when they are killed."""

import sys
from pathlib import Path

import psutil
import pytest

from jobs.models import Process as Row
from jobs.states import ProcessState
from telemetry import pulse_file
from tests.processes import Process, dispatcher, running, worker
from tests.services import RabbitMQ, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]

QUEUE = "workflow.jobs.code_review"


def made(name: str, broker: str, state_dir: Path) -> Process:
    environment = {"KODUS_PROCESS": name, "KODUS_STATE_DIR": str(state_dir), "broker_url": broker}
    match name:
        case "dispatcher":
            return dispatcher(**environment)
        case "worker-review":
            return worker(queue=QUEUE, concurrency=2, **environment)
        case "events":
            return Process(sys.executable, "manage.py", "consume_events", **environment)
        case _:
            command = [sys.executable, "-m", "celery", "-A", "kodus_queue", "beat", "--pidfile="]
            return Process(*command, **environment)


def state_of(name: str) -> str | None:
    return Row.objects.filter(name=name).values_list("state", flat=True).first()


def wait_for(name: str, state: ProcessState) -> None:
    wait_until(lambda: state_of(name) == state, seconds=60, what=f"{name} {state}")


@pytest.mark.parametrize("name", ["dispatcher", "worker-review", "events", "beat"])
def test_it_says_that_it_runs_and_that_it_stopped(broker, tmp_path, name):
    process = made(name, broker, tmp_path)
    with running(process):
        wait_for(name, ProcessState.RUNNING)
        row, file = Row.objects.get(name=name), pulse_file.read(pulse_file.path_of(tmp_path, name))
        assert file.is_alive
        assert row.pid == file.pid == process.pid
        wait_until(lambda: Row.objects.get(name=name).beat_at > row.beat_at, seconds=30, what="the next beat")
        process.popen.terminate()
        process.popen.wait(timeout=60)
    assert (state_of(name), Row.objects.count()) == (ProcessState.STOPPED, 1)
    assert pulse_file.names_in(tmp_path) == []


def test_a_worker_tells_what_it_takes_and_its_children_tell_nothing(broker, tmp_path):
    process = made("worker-review", broker, tmp_path)
    with running(process):
        wait_for("worker-review", ProcessState.RUNNING)
        psutil.Process(process.pid).children()[0].kill()  # another is forked in its place
        before = Row.objects.get().beat_at
        wait_until(lambda: Row.objects.get().beat_at > before, seconds=30, what="the next beat")
        assert Row.objects.values_list("queues", "slots", "pid").get() == ([QUEUE], 2, process.pid)


def test_one_that_is_killed_never_says_that_it_stopped(broker, tmp_path):
    process = made("dispatcher", broker, tmp_path)
    with running(process):
        wait_for("dispatcher", ProcessState.RUNNING)
        process.kill()
    assert state_of("dispatcher") == ProcessState.RUNNING


@pytest.mark.parametrize(
    "name", ["worker-review", *(pytest.param(name, marks=pytest.mark.campaign) for name in ("events", "beat"))]
)
def test_while_the_broker_is_away_it_lives_on(tmp_path, name):
    tmp_path.chmod(0o755)
    server = RabbitMQ(tmp_path / "rabbitmq")
    server.start()
    process = made(name, server.url, tmp_path)
    try:
        with running(process):
            wait_for(name, ProcessState.RUNNING)
            if name == "worker-review":
                process.wait_for(" ready.")  # it says that it is online before it takes from its queues
            server.kill()
            for _ in range(3):
                before = Row.objects.get(name=name).beat_at
                wait_until(lambda: Row.objects.get(name=name).beat_at > before, seconds=30, what="a beat")  # noqa: B023 - called at once
    finally:
        server.stop()
