import pytest

from jobs import registry
from telemetry import redaction
from tests.telemetry.secrets import REMEMBERED
from tests.workload.handlers import register


@pytest.fixture(autouse=True)
def remembered(monkeypatch):
    """The redactor knows one secret of ours by value."""
    monkeypatch.setattr(redaction, "_known", {REMEMBERED})


@pytest.fixture
def workload(monkeypatch):
    """Jobs made here are run by workers started with `workload=True`."""
    monkeypatch.setattr(registry, "_specs", {})
    register()
