import pytest

from jobs.leases import heartbeat


@pytest.fixture
def _one_connection(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    """The rows of a test live in its transaction: the heartbeat's own connection would find its job gone."""
    monkeypatch.setattr(heartbeat, "hold", lambda _attempt: None)
    settings.LEASE_SECONDS = 600
