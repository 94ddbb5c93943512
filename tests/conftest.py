"""The suite runs on a PostgreSQL of its own and, where a test asks for `broker`, on a RabbitMQ of its own.

Both are started from the system's packages in a temporary folder, on free loopback ports, and stopped at the end:
runs do not disturb each other or anything else on the machine. TEST_DATABASE_URL or TEST_BROKER_URL in the
environment name running ones to use instead.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.conf import settings

from tests.services import Postgres, RabbitMQ

_root = Path(tempfile.mkdtemp(prefix="kodus-test-"))
_root.chmod(0o755)
_postgres: Postgres | None = None

os.environ.setdefault("KODUS_STATE_DIR", str(_root / "state"))
(_root / "state" / "static").mkdir(parents=True)  # the operators' side warns when the folder is missing
os.environ.setdefault("KODUS_GITHUB_WEBHOOK_SECRET", "It's a Secret to Everybody")
os.environ.setdefault("KODUS_SECRET_KEY", "a key that only signs the sessions of a test run")


def _start_postgres() -> None:
    global _postgres  # noqa: PLW0603 - the one server of this run
    if "TEST_DATABASE_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
        return
    _postgres = Postgres(_root / "postgres")
    os.environ["DATABASE_URL"] = _postgres.start()


_start_postgres()
# Named here and not in pyproject.toml: Django reads its settings as soon as it knows them, and they need the server.
os.environ["DJANGO_SETTINGS_MODULE"] = "kodus_queue.settings"
django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow on purpose is for production
# In this process only: a heartbeat's own connection cannot see the row of a test that has not committed, and would
# take the lease for lost.
settings.HEARTBEAT_SECONDS = 600

from jobs.models import JobExecutionHistory  # noqa: E402 - models need the settings above
from jobs.states import TRANSITIONS, Verb  # noqa: E402 - the same
from tests.previous_release import previous  # noqa: E402, F401 - the same; a fixture


def pytest_unconfigure() -> None:
    if _postgres:
        _postgres.stop()
    shutil.rmtree(_root, ignore_errors=True)


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """The URL of a real RabbitMQ."""
    if "TEST_BROKER_URL" in os.environ:
        yield os.environ["TEST_BROKER_URL"]
        return
    server = RabbitMQ(_root / "rabbitmq")
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pruning goes on at once after each page."""
    monkeypatch.setattr("jobs.pruning.REST_SECONDS", (0.0, 0.0))


@pytest.fixture(autouse=True)
def _history_follows_the_machine(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database: each history row it wrote is a row of the state machine's table."""
    if not request.node.get_closest_marker("django_db"):
        yield
        return
    request.getfixturevalue("_django_db_marker")  # so that this ends before the rows are gone
    yield
    written = JobExecutionHistory.objects.values_list("verb", "from_status", "to_status").distinct()
    assert [row for row in written if not TRANSITIONS[Verb(row[0])].allows(row[1], row[2])] == []
