from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs import registry
from telemetry import counting
from tests.monitoring.scraped import forget_kept
from tests.workload.handlers import register


@pytest.fixture
def counts(tmp_path: Path) -> Iterator[Path]:
    """The folder in which this process counts, for this test; nothing is counted yet."""
    before, folder = counting.folder(), tmp_path / "metrics"
    counting.keep_in(folder)
    forget_kept()
    yield folder
    counting.keep_in(before)
    forget_kept()


@pytest.fixture
def workload(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs made here are run by workers started with `workload=True`."""
    monkeypatch.setattr(registry, "_specs", {})
    register()
