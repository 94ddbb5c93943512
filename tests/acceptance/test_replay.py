"""Twenty recorded pull requests of real projects, from webhook to review, on both kinds of broker."""

import subprocess
import sys
from collections.abc import Iterator
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


@pytest.fixture(params=["rabbitmq", pytest.param("valkey", marks=pytest.mark.campaign)])
def broker_url(request, tmp_path) -> Iterator[str]:
    if request.param == "rabbitmq":
        server = RabbitMQ(tmp_path / "rabbitmq")
        yield server.start()
        server.stop()
        return
    state = tmp_path / "valkey"
    with subprocess.Popen([sys.executable, "-m", "kodus_queue.embedded", "broker", str(state)]) as valkey:
        wait_until_ready(state)
        yield addresses(state).broker_url
        valkey.terminate()


def newest(name: str) -> list[RecordedPull]:
    assert SHARED_DATA
    return recorded_pulls(SHARED_DATA / "repos" / f"{name}.pulls.json")[-CHOSEN[name] :]


def test_every_recorded_pull_request_ends_with_one_outcome(broker_url, tmp_path: Path):
    assert SHARED_DATA
    tmp_path.chmod(0o755)
    with service(tmp_path, broker_url) as running:
        start(running)
        for name in CHOSEN:
            clone = clone_bundle(SHARED_DATA / "repos" / f"{name}.bundle", tmp_path / f"{name}.git")
            running.standin.add_repository(f"octo/{name}", clone)
            for pull in newest(name):
                open_recorded(running.standin, f"octo/{name}", pull)
        jobs = wait_for_reviews(sum(CHOSEN.values()), seconds=170)
        assert {job.outcome["outcome"] for job in jobs} <= {"REVIEWED", "PARTIAL", "SKIPPED"}
        assert all(
            len(running.standin.reviews(f"octo/{name}", pull.number)) <= 1 for name in CHOSEN for pull in newest(name)
        )
