from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from integrations.github.standin import StandIn
from tests.reviews.hostile.reviewing import Hostile
from tests.reviews.hostile.traps import Trap, set_trap
from tests.reviews.parts import Repo


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    """Nothing of a hostile repository is run, fetched or followed; held at the end of every test that takes this."""
    with set_trap(tmp_path / "outside") as trap:
        yield trap
        assert trap.sprung() == []


@pytest.fixture
def hostile(db, repo: Repo, standin: StandIn, trap: Trap) -> Hostile:
    # The rows of a test live in one transaction, which the database would end while an analyzer takes its time.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    return Hostile(repo, standin, trap)
