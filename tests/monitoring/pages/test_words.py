from datetime import UTC, datetime

import pytest

from monitoring.pages.words import age, amount, duration, instant


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (59.9, "59 s"),
        (60, "1 m"),
        (200, "3 m 20 s"),
        (7_500, "2 h 5 m"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds, told):
    assert duration(seconds) == told


def test_what_has_not_happened_yet_is_not_old():
    assert age(-3) == "0 s"
    assert age(0.9) == "0 s"


def test_a_count_that_stopped_says_so():
    assert amount(9_999, 10_000) == "9\N{NO-BREAK SPACE}999"
    assert amount(10_000, 10_000) == "10\N{NO-BREAK SPACE}000+"


def test_an_instant_names_its_zone():
    assert instant(datetime(2026, 11, 30, 3, 12, tzinfo=UTC)) == "2026-11-30 03:12:00 UTC"
