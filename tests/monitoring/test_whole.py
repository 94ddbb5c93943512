import threading
from typing import Any

import pytest

from jobs.models import Process
from monitoring import whole as room
from monitoring.health import Result
from monitoring.whole import Remembered
from tests.monitoring.test_living import all_run
from tests.services import free_port

pytestmark = pytest.mark.django_db(transaction=True)  # the checks have connections of their own


@pytest.fixture
def ask(admin_client, settings, broker, monkeypatch):
    """Of a service that is well; GitHub is left out."""
    settings.BROKER_URL = broker
    monkeypatch.setitem(room.CHECKS, "github", lambda: "accepted")
    all_run()
    return lambda: admin_client.get("/healthz")


def unwell(answer: Any) -> set[str]:
    return {name for name, check in answer.json()["checks"].items() if check["status"] != "ok"}


def test_each_check_tells_how_it_is_and_how_long_it_took(ask):
    answer = ask()
    assert (answer.status_code, answer.json()["status"], unwell(answer)) == (200, "ok", set())
    checks = answer.json()["checks"]
    assert all({"status", "critical", "ms", "detail"} <= check.keys() for check in checks.values())
    assert {name for name, check in checks.items() if check["critical"]} == {"database", "migrations"}
    assert answer["Cache-Control"] == "no-store"


def test_a_broker_that_is_away_degrades_the_whole_and_nothing_more(ask, settings):
    settings.BROKER_URL = f"amqp://127.0.0.1:{free_port()}//"
    answer = ask()
    assert (answer.status_code, answer.json()["status"], unwell(answer)) == (200, "degraded", {"broker"})


def test_a_dispatcher_that_does_not_run_degrades_it(ask):
    Process.objects.filter(kind="dispatcher").delete()
    answer = ask()
    assert (answer.json()["status"], unwell(answer)) == ("degraded", {"processes"})
    assert "no dispatcher runs" in answer.json()["checks"]["processes"]["detail"]


def test_what_this_process_needs_itself_is_critical(ask, monkeypatch):
    monkeypatch.setattr(room, "checks_of_readiness", lambda: {"database": lambda: Result(ready=False, detail="gone")})
    answer = ask()
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")


def test_strangers_are_not_told(client):
    assert client.get("/healthz").status_code in {401, 403}


def test_github_is_not_asked_at_each_look():
    asked: list[None] = []

    def ask() -> Result:
        asked.append(None)
        return Result(ready=True, detail=str(len(asked)))

    remembered = Remembered(ask, seconds=60)
    assert (remembered().detail, remembered().detail) == ("1", "1")
    remembered._seconds = 0
    assert remembered().detail == "2"


def test_who_looks_while_it_is_asked_gets_the_last_answer():
    let_go, begun = threading.Event(), threading.Event()
    answers = iter(["old", "new"])

    def ask() -> Result:
        answer = next(answers)
        if answer == "new":
            begun.set()
            let_go.wait(10)
        return Result(ready=True, detail=answer)

    remembered = Remembered(ask, seconds=0)
    assert remembered().detail == "old"
    slow = threading.Thread(target=remembered)
    slow.start()
    begun.wait(10)
    assert remembered().detail == "old"
    let_go.set()
    slow.join()
    assert remembered._last.detail == "new"
