"""The examination and its command: order, time, words, exit code; and that it works when little else does."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest

from monitoring.doctor.diagnosis import Diagnosis, State, fail, ok, warn
from monitoring.doctor.examination import Check, examine
from telemetry import redaction
from tests.processes import ROOT, database_url
from tests.services import free_port

SECRETS = {
    # Spelled so that no scanner takes it for one.
    "KODUS_GITHUB_TOKEN": "ghp-abcdefghijklmnopqrstuvwxyz0123456789".replace("-", "_"),
    "KODUS_GITHUB_WEBHOOK_SECRET": "a-webhook-secret-of-a-test",
    "KODUS_SECRET_KEY": "a key that only signs the sessions of a test run",
    "KODUS_MODEL_KEY": "sk-model-key-model-key-model-key",
}


def says(*found: Diagnosis):
    return lambda: found


def states(*checks: Check) -> dict[str, State]:
    return {examined.name: examined.state for examined in examine(checks)}


def test_what_a_failed_check_was_needed_for_is_skipped():
    never = Check("c", lambda: pytest.fail("it was looked at"), needs=("b",))
    found = states(Check("a", says(fail("x", "y"))), Check("b", says(ok("x")), needs=("a",)), never)
    assert found == {"a": State.FAIL, "b": State.SKIP, "c": State.SKIP}


def test_a_warning_keeps_nobody_from_looking_on():
    found = states(Check("a", says(warn("x", "y"), ok("z"))), Check("b", says(ok("x")), needs=("a",)))
    assert found == {"a": State.WARN, "b": State.OK}


def test_a_check_that_hangs_has_its_time_and_no_more():
    let_go = threading.Event()
    began = time.monotonic()
    (examined,) = examine([Check("a", lambda: [ok(str(let_go.wait(60)))], seconds=0.05)])
    let_go.set()
    assert (examined.state, examined.diagnoses[0].found) == (State.FAIL, "no answer within 0.05 s")
    assert time.monotonic() - began < 10


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_check_that_breaks_is_our_bug_and_keeps_nobody_from_looking_on(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    assert states(Check("a", lambda: 1 / 0), Check("b", says(ok("x")))) == {"a": State.FAIL, "b": State.OK}


def test_what_is_said_is_redacted(monkeypatch):
    monkeypatch.setattr(redaction, "_known", {"hunter2hunter2"})
    (examined,) = examine([Check("a", says(fail("with hunter2hunter2", "not hunter2hunter2")))])
    assert "hunter2" not in str(examined)


def doctor(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, which names a database and a broker of its own."""
    nowhere = {
        "DATABASE_URL": f"postgresql://kodus:dbpassword@127.0.0.1:{free_port()}/nothing",
        "BROKER_URL": f"amqp://kodus:brokerpassword@127.0.0.1:{free_port()}//",
        "KODUS_GITHUB_API_URL": f"http://127.0.0.1:{free_port()}",
        "KODUS_LOG_LEVEL": "CRITICAL",
    }
    return subprocess.run(
        [sys.executable, "manage.py", "doctor", *arguments],
        env={**os.environ, **SECRETS, **nowhere, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def with_nothing() -> subprocess.CompletedProcess[str]:
    return doctor("--json")


def test_with_neither_database_nor_broker_it_says_so_and_goes_on(with_nothing):
    assert with_nothing.returncode == 2
    body = json.loads(with_nothing.stdout)
    found = {check["name"]: check["status"] for check in body["checks"]}
    assert body["status"] == "fail"
    assert (found["database"], found["broker"], found["github"]) == ("fail", "fail", "fail")
    assert {found[name] for name in ("migrations", "processes", "outbox", "queues")} == {"skip"}
    assert found["disk"] != "skip"
    assert all(set(told) == {"status", "about", "found", "remedy"} for told in body["checks"][0]["diagnoses"])


def test_each_check_has_its_time_when_nothing_answers(with_nothing):
    assert all(check["ms"] < 13_000 for check in json.loads(with_nothing.stdout)["checks"])


def test_no_secret_is_told(with_nothing):
    said = with_nothing.stdout + with_nothing.stderr
    for secret in (*SECRETS.values(), "dbpassword", "brokerpassword"):
        assert secret not in said


@pytest.mark.django_db(transaction=True)
def test_with_a_database_and_a_broker_it_looks_at_both_and_says_in_words_what_to_do(broker):
    result = doctor(DATABASE_URL=database_url(), BROKER_URL=broker)
    assert result.returncode == 2  # no process runs
    assert "\nok    database      PostgreSQL" in result.stdout
    assert "no dispatcher runs" in result.stdout
    assert "→ python -m kodus_queue.up ctl start dispatcher" in result.stdout
    assert "Traceback" not in result.stderr


def test_a_setting_that_cannot_be_used_is_said_in_a_sentence():
    result = doctor(KODUS_LEASE_SECONDS="soon")
    assert (result.returncode, result.stderr) == (2, "KODUS_LEASE_SECONDS is 'soon'; use a whole number\n")
