"""The service's processes, for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.service import Service, service


@pytest.fixture
def running(broker: str, tmp_path: Path) -> Iterator[Service]:
    tmp_path.chmod(0o755)
    with service(tmp_path, broker) as made:
        yield made
