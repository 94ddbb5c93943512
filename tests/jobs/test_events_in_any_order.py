"""A few hundred random lives; events_in_any_order.py runs as many as you like."""

import pytest

from tests.jobs import lives
from tests.jobs.planted import without_the_lock_of_the_key

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_event_is_lost_and_no_job_woken_twice_in_any_order():
    report = lives.run(300, seed=1)
    assert report.faults == []
    assert {"events EARLY", "events LATE", "events RESUMED", "jobs rescued"} <= set(report.counts)


def test_without_the_lock_of_the_key_events_are_lost(monkeypatch):
    """One in eight, when this was written."""
    without_the_lock_of_the_key(monkeypatch)
    assert any("an event was lost" in fault for fault in lives.run(120, seed=1).faults)
