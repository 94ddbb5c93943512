"""What a container's probe is told; nothing of Django is loaded for it."""

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from monitoring import healthcheck
from telemetry import pulse_file
from tests.processes import ROOT
from tests.services import free_port


@pytest.fixture
def state_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("KODUS_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("KODUS_PROCESS", raising=False)
    return tmp_path


def beat(state_dir, name: str, good_for_seconds: float = 60) -> None:
    pulse_file.write(pulse_file.path_of(state_dir, name), good_for_seconds=good_for_seconds)


def test_a_process_with_a_pulse_is_alive(state_dir, capsys):
    beat(state_dir, "beat")
    assert healthcheck.main(["--process", "beat"]) == 0
    assert capsys.readouterr().out == "alive: beat\n"


def test_a_pulse_is_never_of_a_later_moment_than_it_was_written(state_dir, monkeypatch):
    monkeypatch.setattr(pulse_file, "_now", lambda: 5.0006)
    beat(state_dir, "beat")
    assert healthcheck.main(["--process", "beat"]) == 0


def test_one_whose_pulse_is_old_is_not(state_dir, capsys):
    beat(state_dir, "beat", good_for_seconds=-1)
    assert healthcheck.main(["--process", "beat"]) == 1
    assert f"beat (process {os.getpid()}) was last heard of" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "", "x y z", "\0\0\0"])
def test_one_that_says_nothing_that_can_be_read_is_not(state_dir, capsys, content):
    if content is not None:
        beat(state_dir, "beat")
        pulse_file.path_of(state_dir, "beat").write_text(content)
    assert healthcheck.main(["--process", "beat"]) == 1
    assert "has not said" in capsys.readouterr().out


def test_a_pulse_from_before_the_machine_was_started_counts_for_nothing(state_dir, monkeypatch):
    beat(state_dir, "beat")
    monkeypatch.setattr(pulse_file, "_now", lambda: 5.0)
    assert healthcheck.main(["--process", "beat"]) == 1


def test_the_pulse_of_another_host_is_not_taken_for_ours(state_dir):
    beat(state_dir, "beat")
    path = pulse_file.path_of(state_dir, "beat")
    path.rename(path.with_name("beat@another"))
    assert healthcheck.main(["--process", "beat"]) == 1
    assert pulse_file.names_in(state_dir) == []


def test_the_environment_names_the_process_of_a_container(state_dir, monkeypatch):
    beat(state_dir, "events")
    monkeypatch.setenv("KODUS_PROCESS", "events")
    assert healthcheck.main([]) == 0


@pytest.fixture(params=[200, 500])
def answers(request, monkeypatch):
    """A web server that answers every request so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(request.param)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("KODUS_WEBHOOK_PORT", str(server.server_port))
        yield request.param
        server.shutdown()


def test_a_web_process_is_alive_when_it_answers_well(state_dir, answers):
    assert healthcheck.main(["--process", "webhook"]) == (0 if answers == 200 else 1)


def test_without_a_name_all_of_the_host_are_looked_at(state_dir, monkeypatch, capsys):
    for variable in ("KODUS_WEBHOOK_PORT", "KODUS_API_PORT"):
        monkeypatch.setenv(variable, str(free_port()))
    beat(state_dir, "dispatcher")
    assert healthcheck.main([]) == 1
    said = capsys.readouterr().out
    assert ("webhook does not answer" in said, "dispatcher" in said) == (True, False)


def test_it_loads_nothing_of_the_project(state_dir):
    beat(state_dir, "beat")
    script = (
        "import sys; sys.argv = ['manage.py', 'healthcheck', '--process', 'beat']; import manage\n"
        "try: manage.main(sys.argv)\n"
        "except SystemExit as end: print(end.code, {'celery', 'kodus_queue', 'psycopg'} & sys.modules.keys())"
    )
    command = [sys.executable, "-c", script]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert said == "alive: beat\n0 set()\n"
