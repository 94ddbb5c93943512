"""Recorded pull requests of real projects, from webhook to review; at length twenty, on both kinds of broker."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from integrations.github.standin.replay import RecordedPull, clone_bundle, open_recorded, recorded_pulls
from kodus_queue.embedded.addresses import addresses
from kodus_queue.embedded.valkey import wait_until_ready
from tests.acceptance.service import service, start, wait_for_reviews
from tests.services import RabbitMQ
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance, needs_shared_data]

#: The newest of each: their code is nearest to what people write today.
CHOSEN = {"gidgethub": 7, "huey": 6, "structlog": 7}
SHORT = {"gidgethub": 2, "huey": 2, "structlog": 2}
CASES = [
    pytest.param("rabbitmq", SHORT, id="six"),
    pytest.param("rabbitmq", CHOSEN, id="twenty", marks=pytest.mark.campaign),
    pytest.param("valkey", CHOSEN, id="twenty, valkey", marks=pytest.mark.campaign),
]


@contextmanager
def broker_of(kind: str, tmp_path: Path) -> Iterator[str]:
    if kind == "rabbitmq":
        server = RabbitMQ(tmp_path / "rabbitmq")
        yield server.start()
        server.stop()
        return
    state = tmp_path / "valkey"
    with subprocess.Popen([sys.executable, "-m", "kodus_queue.embedded", "broker", str(state)]) as valkey:
        wait_until_ready(state)
        yield addresses(state).broker_url
        valkey.terminate()


def newest(chosen: Mapping[str, int]) -> list[tuple[str, RecordedPull]]:
    assert SHARED_DATA
    pulls = {name: recorded_pulls(SHARED_DATA / "repos" / f"{name}.pulls.json") for name in chosen}
    return [(name, pull) for name, count in chosen.items() for pull in pulls[name][-count:]]


@pytest.mark.parametrize(("kind", "chosen"), CASES)
def test_every_recorded_pull_request_ends_with_one_outcome(tmp_path: Path, kind: str, chosen: Mapping[str, int]):
    assert SHARED_DATA
    tmp_path.chmod(0o755)
    pulls = newest(chosen)
    with broker_of(kind, tmp_path) as broker_url, service(tmp_path, broker_url) as running:
        start(running)
        for name in chosen:
            clone = clone_bundle(SHARED_DATA / "repos" / f"{name}.bundle", tmp_path / f"{name}.git")
            running.standin.add_repository(f"octo/{name}", clone)
        for name, pull in pulls:
            open_recorded(running.standin, f"octo/{name}", pull)
        jobs = wait_for_reviews(len(pulls), seconds=170)
        assert {job.outcome["outcome"] for job in jobs} <= {"REVIEWED", "PARTIAL", "SKIPPED"}
        assert all(len(running.standin.reviews(f"octo/{name}", pull.number)) <= 1 for name, pull in pulls)
