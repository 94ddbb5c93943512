import pytest
from django.db import OperationalError

from monitoring.pages import pulse as room
from monitoring.pages.pulse import Pulse, _Kept
from monitoring.vitals import Vital


@pytest.fixture
def kept(monkeypatch):
    monkeypatch.setattr(room, "_kept", _Kept())
    monkeypatch.setattr(room.connection, "close", lambda: None)
    return room._kept


def test_only_one_caller_in_some_seconds_asks(monkeypatch, kept):
    kept = _Kept()
    assert [kept.is_due(), kept.is_due()] == [True, False]
    monkeypatch.setattr(room, "FRESH_SECONDS", 0.0)
    assert kept.is_due()


def test_what_was_found_is_kept(monkeypatch, kept):
    monkeypatch.setattr(room, "vitals", lambda: {"broker": Vital(well=True, detail="answers")})
    room.take()
    assert (kept.pulse.level, kept.pulse.words) == ("ok", "All well")


def test_a_database_that_is_away_is_what_is_found(monkeypatch, kept):
    def fail() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(room, "vitals", fail)
    room.take()
    assert list(kept.pulse.unwell) == ["database"]


def test_before_the_first_answer_nothing_is_claimed():
    assert (Pulse().level, Pulse().words) == ("idle", "Checking")
