"""`make roll`: a service that runs goes over to the code that is now in its checkout, one process at a time.

The checkout is a copy, so that its code can change under the running service.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kodus_queue.embedded.account import remove_servers_folder
from kodus_queue.processes import API, PARTS, PORTS, SERVICE, WEB, process_environment
from kodus_queue.roll import ORDER
from kodus_queue.supervision import Supervisor
from tests.processes import ROOT
from tests.services import free_port, wait_until
from tests.webhooks.wire import ask

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("roll") / "checkout"
    return shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", ".kodus", "__pycache__"))


@pytest.fixture(scope="module")
def service(checkout: Path) -> Iterator[Supervisor]:
    """Everything `make up` starts, from the copy."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    environment |= {name: str(free_port()) for name in PORTS} | {"KODUS_STATE_DIR": str(checkout / "state")}
    environment |= {"KODUS_GITHUB_TOKEN": "token"}
    running = Supervisor(process_environment(environment))
    command = [sys.executable, "-m", "kodus_queue.up"]
    with subprocess.Popen(command, env=environment, cwd=checkout, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = []
        for line in process.stderr:
            said.append(line)
            if "Ctrl-C stops" in line:
                break
        assert process.poll() is None, "".join(said)
        try:
            yield running
        finally:
            process.stderr.close()  # as a terminal that was closed: it stops all the same
            process.terminate()
    assert not running.answers()
    remove_servers_folder(checkout / "state")


def roll(checkout: Path) -> "subprocess.CompletedProcess[str]":
    """From another shell, which knows nothing of the service but where its state is."""
    environment = {"PATH": os.environ["PATH"], "KODUS_STATE_DIR": str(checkout / "state")}
    command = [sys.executable, "-m", "kodus_queue.up", "roll"]
    return subprocess.run(command, env=environment, cwd=checkout, check=False, capture_output=True, text=True)


def livez(service: Supervisor, port_name: str) -> bytes:
    return ask(int(service.environment[port_name]), b"GET /livez")


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_process_restarts_once_onto_the_new_code(service, checkout):
    before = service.pids()
    changed(checkout / "monitoring" / "health.py", '_answer(200, {"status": "ok"})', '_answer(200, {"status": "new"})')
    done = roll(checkout)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^ +[\d.]+ s  (.*)$", done.stderr, re.MULTILINE) == ["checked and migrated", *ORDER]
    after = service.pids()
    assert {name for name in before if before[name] != after[name]} == set(SERVICE)
    assert all(after[name] for name in (*SERVICE, *PARTS))
    assert all(b'"new"' in livez(service, port) for port in ("KODUS_WEBHOOK_PORT", "KODUS_API_PORT"))


def test_code_whose_checks_refuse_restarts_nothing(service, checkout):
    before, module = service.pids(), checkout / "webhooks" / "checks.py"
    kept = module.read_text(encoding="utf-8")
    module.write_text("raise RuntimeError('does not load')\n", encoding="utf-8")
    done = roll(checkout)
    module.write_text(kept, encoding="utf-8")
    assert (done.returncode, "does not load" in done.stderr) == (1, True)
    assert service.pids() == before


def test_a_process_that_does_not_come_up_ends_it_and_the_rest_goes_on(service, checkout):
    before, module = service.pids(), checkout / "kodus_queue" / "wsgi.py"
    kept = module.read_text(encoding="utf-8")
    module.write_text("raise RuntimeError('does not serve')\n", encoding="utf-8")
    broken = roll(checkout)
    left_alone = {name for name in before if service.pids()[name] == before[name]}
    served = livez(service, "KODUS_API_PORT")
    module.write_text(kept, encoding="utf-8")
    wait_until(lambda: all(service.pids().values()), seconds=60, what="the process that can come up again")
    assert (broken.returncode, f"{API[0]} does not" in broken.stderr, "does not serve" in broken.stderr) == (
        1,
        True,
        True,
    )
    assert left_alone == {*WEB, *PARTS} - {API[0]}
    assert b" 200 " in served


@pytest.mark.parametrize(
    ("new", "said"),
    [("--read_only=false", "It has changed for flower."), ("%(ENV_KODUS_UNHEARD_OF)s", "ENV_KODUS_UNHEARD_OF")],
)
def test_other_processes_in_supervisors_file_need_a_full_restart(service, checkout, new, said):
    before, file = service.pids(), checkout / "deploy" / "supervisord.conf"
    changed(file, "--read_only=true", new)
    done = roll(checkout)
    changed(file, new, "--read_only=true")
    assert (done.returncode, "Stop the service and start it again" in done.stderr) == (1, True)
    assert said in done.stderr
    assert service.pids() == before


def test_it_can_be_rolled_after_it_was_refused(service, checkout):
    assert roll(checkout).returncode == 0


def test_with_nothing_running_it_says_so(tmp_path):
    command = [sys.executable, "-m", "kodus_queue.up", "roll"]
    environment = {**os.environ, "KODUS_STATE_DIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "Nothing of this checkout is running.\n")
