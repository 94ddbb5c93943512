"""`make up` and `make down`, with the real processes, embedded parts and no configuration but a secret."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from kodus_queue.embedded.account import remove_servers_folder
from kodus_queue.processes import API, PORTS, SERVICE, process_environment
from kodus_queue.supervision import ProcessFailedError, Supervisor
from tests.services import accepts, free_port, wait_until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]


def given(state_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL") and name != "KODUS_PROCESS"}
    return {**kept, **{name: str(free_port()) for name in PORTS}, "KODUS_STATE_DIR": str(state_dir)}


def left_over(state_dir: Path) -> Path:
    """Counts of an earlier run, in a slot that no process of this one takes."""
    return state_dir / "metrics" / "counter_99.db"


# As behind a proxy: the web processes do not answer to this machine's own names.
BEHIND_A_PROXY = {"KODUS_ALLOWED_HOSTS": "reviews.example.com", "KODUS_GITHUB_TOKEN": "token"}


def up(*arguments: str) -> Sequence[str]:
    return [sys.executable, "-m", "kodus_queue.up", *arguments]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    state_dir = tmp_path_factory.mktemp("up") / "state"
    left_over(state_dir).parent.mkdir(parents=True)
    left_over(state_dir).touch()
    yield given(state_dir) | BEHIND_A_PROXY
    remove_servers_folder(state_dir)


@pytest.fixture(scope="module")
def running(environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(up(), env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = []
        for line in process.stderr:
            said.append(line)
            if "Ctrl-C stops" in line:
                break
        assert process.poll() is None, "".join(said)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.fixture
def supervisor(running: "subprocess.Popen[str]", environment: dict[str, str]) -> Supervisor:
    return Supervisor(process_environment(environment))


def test_every_process_runs(supervisor):
    assert all(supervisor.pids()[name] for name in (*SERVICE, "postgres", "broker"))


def test_counts_begin_anew_and_the_door_counts_where_all_do(supervisor, environment):
    state_dir = Path(environment["KODUS_STATE_DIR"])
    door = f"http://127.0.0.1:{environment['KODUS_WEBHOOK_PORT']}/webhooks/github"
    assert httpx.get(door, headers={"Host": "reviews.example.com"}).status_code == 405
    told = MultiProcessCollector(None, path=str(state_dir / "metrics")).collect()
    (refusals,) = [metric for metric in told if metric.name == "kodus_webhook_refusals"]
    assert [(one.labels, one.value) for one in refusals.samples] == [({"error": "method_not_allowed"}, 1)]
    assert not left_over(state_dir).exists()


def test_one_process_restarts_alone(supervisor, environment):
    before = supervisor.pids()
    subprocess.run(up("ctl", "restart", "dispatcher"), env=environment, check=True, capture_output=True)
    after = supervisor.pids()
    assert {name for name in before if before[name] != after[name]} == {"dispatcher"}


def lives(process: psutil.Process) -> bool:
    """Whether it runs; what has ended may stay as a zombie where nobody asks after orphans, as in a container."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_killed_process_comes_back_and_leaves_no_child_behind(supervisor):
    before = psutil.Process(supervisor.pids()[API[0]])
    children = before.children(recursive=True)
    before.kill()
    wait_until(lambda: supervisor.pids()[API[0]] not in {0, before.pid}, seconds=30, what="a new api process")
    supervisor.wait_running([API[0]], seconds=30)
    wait_until(lambda: not any(lives(child) for child in children), seconds=10, what="the end of its children")


def test_a_process_that_does_not_stay_up_stops_the_start(supervisor):
    with pytest.raises(ProcessFailedError, match=r"dispatcher does not stay up. The end of .*dispatcher.log"):
        supervisor.refuse_restarted({"dispatcher": 1})


def test_a_second_start_is_refused(supervisor, environment):
    second = subprocess.run(up(), env=environment, check=False, capture_output=True, text=True)
    assert second.returncode == 1
    assert "already running" in second.stderr


def test_down_stops_all_of_it_and_the_foreground_ends_well(supervisor, running, environment):
    tree = psutil.Process(running.pid).children(recursive=True)
    subprocess.run(up("down"), env=environment, check=True, capture_output=True)
    assert running.wait(timeout=60) == 0
    wait_until(lambda: not any(lives(process) for process in tree), seconds=10, what="the end of all processes")
    assert not any(accepts(int(environment[name])) for name in PORTS)


def test_down_with_nothing_running_says_so(tmp_path):
    done = subprocess.run(up("down"), env=given(tmp_path), check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "Nothing of this checkout is running.\n")


def test_without_a_webhook_secret_nothing_stays_running(tmp_path):
    environment = given(tmp_path) | {"KODUS_GITHUB_WEBHOOK_SECRET": ""}
    done = subprocess.run(up(), env=environment, check=False, capture_output=True, text=True)
    remove_servers_folder(tmp_path)
    assert done.returncode == 1
    assert "No webhook secret is set" in done.stderr
    assert not Supervisor(process_environment(environment)).answers()
