import pytest

from telemetry import redaction
from tests.telemetry.secrets import REMEMBERED


@pytest.fixture(autouse=True)
def remembered(monkeypatch):
    """The redactor knows one secret of ours by value."""
    monkeypatch.setattr(redaction, "_known", {REMEMBERED})
