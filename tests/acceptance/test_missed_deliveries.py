"""The database is away while webhooks come in: GitHub is asked for them, and each makes its job once."""

import sys
from collections.abc import Iterator
from uuid import UUID

import pytest

from integrations.github.standin import StandIn
from kodus_queue.demo.pull_request import BASE_BRANCH, FULL_NAME, HEAD_BRANCH, TITLE, make_repository
from tests.acceptance.own_database import OwnDatabase, own_database
from tests.acceptance.service import FAST, SECRET, webhook
from tests.processes import Process, dispatcher, running, worker
from tests.services import accepts, free_port, wait_until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(400)]

EVERY_MINUTE = "UPDATE django_celery_beat_crontabschedule SET minute = '*'"
BEFORE, MEANWHILE = 2, 20


@pytest.fixture
def database() -> Iterator[OwnDatabase]:
    with own_database() as database:
        database.tell(EVERY_MINUTE)
        yield database


@pytest.fixture
def door_port() -> int:
    return free_port()


@pytest.fixture
def standin(tmp_path, door_port: int) -> Iterator[StandIn]:
    repository = make_repository(tmp_path / "repository")
    address = f"http://127.0.0.1:{door_port}/webhooks/github"
    with StandIn({FULL_NAME: repository}, webhook_url=address, secret=SECRET.encode(), waits=False) as standin:
        yield standin


@pytest.fixture
def processes(standin: StandIn, database: OwnDatabase, broker: str, door_port: int, tmp_path) -> list[Process]:
    environment = {
        **FAST,
        "DATABASE_URL": database.url,
        "KODUS_GITHUB_API_URL": standin.base_url,
        "KODUS_GITHUB_TOKEN": standin.token,
        "KODUS_GITHUB_HOOKS": f"repos/{FULL_NAME}/hooks/1",
        "KODUS_GITHUB_WEBHOOK_SECRET": SECRET,
        "KODUS_STATE_DIR": str(tmp_path / "state"),
    }
    beat = [sys.executable, "-m", "celery", "-q", "-A", "kodus_queue", "beat", "-l", "INFO", "--pidfile="]
    return [
        webhook(door_port, **environment),
        dispatcher(broker, **environment),
        worker(broker, "workflow.jobs.delivery_recovery,workflow.calendar", **environment),
        Process(*beat, broker_url=broker, **environment),
    ]


def open_pull_requests(standin: StandIn, count: int) -> None:
    for _ in range(count):
        standin.open_pull_request(FULL_NAME, base=BASE_BRANCH, head=HEAD_BRANCH, title=TITLE)


def wait_for_answers(standin: StandIn, count: int) -> None:
    wait_until(lambda: len(standin.deliveries) >= count, seconds=90, what=f"answers to {count} deliveries")


def test_what_came_while_the_database_was_away_arrives_when_it_is_back(standin, database, processes, door_port):
    with running(*processes):
        wait_until(lambda: accepts(door_port), seconds=60, what="the door opening")
        processes[2].wait_for("ready.")
        processes[3].wait_for("beat: Starting")
        open_pull_requests(standin, BEFORE)
        wait_for_answers(standin, BEFORE)
        database.stop()
        open_pull_requests(standin, MEANWHILE)
        wait_for_answers(standin, BEFORE + MEANWHILE)
        database.resume()
        sent = {UUID(delivery.id) for delivery in standin.deliveries}
        arrived = "SELECT delivery_id FROM webhook_deliveries"
        wait_until(
            lambda: {row[0] for row in database.ask(arrived)} == sent, seconds=180, what="the missed deliveries"
        )
        assert [delivery.status for delivery in standin.deliveries[: BEFORE + MEANWHILE]].count(503) == MEANWHILE
    assert len(sent) == BEFORE + MEANWHILE
    assert database.ask("SELECT count(*) FROM missed_deliveries") == [(MEANWHILE,)]
    reviews = "SELECT count(*), count(DISTINCT subject) FROM workflow_jobs WHERE workflow_type = 'CODE_REVIEW'"
    assert database.ask(reviews) == [(len(sent), len(sent))]
