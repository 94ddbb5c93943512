"""The machine stands in three places: the table, the page for people, and the rows. They are held against each other.

The rows are checked after every test of the suite: see `_history_follows_the_machine` in tests/conftest.py.
"""

import re
from pathlib import Path

from jobs import transitions
from jobs.states import FINAL_STATUSES, LIVE_STATUSES, TRANSITIONS, JobStatus, Verb

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "states.md"


def rows_of_the_page() -> dict[str, tuple[set[str], set[str]]]:
    found = re.findall(r"^\| ([^|]+) \| `([^`]+)` \| ([^|]+) \|", PAGE.read_text(), re.MULTILINE)
    return {verb: (statuses(sources), statuses(targets)) for sources, verb, targets in found}


def statuses(cell: str) -> set[str]:
    if "any live" in cell:
        return {str(status) for status in LIVE_STATUSES}
    return set(re.findall(r"[A-Z_]{5,}", cell))


def test_the_page_shows_the_table():
    assert rows_of_the_page() == {
        str(verb): ({str(s) for s in row.sources}, {str(s) for s in row.targets}) for verb, row in TRANSITIONS.items()
    }


def test_every_verb_has_its_function_and_its_row():
    assert set(TRANSITIONS) == set(Verb)
    assert all(callable(getattr(transitions, verb.name.lower())) for verb in Verb)


def test_a_final_job_can_only_be_retried_by_hand():
    leaving = {row.verb for row in TRANSITIONS.values() if row.sources & FINAL_STATUSES}
    assert leaving == {Verb.RETRY_BY_HAND}


def test_every_live_status_can_be_left():
    assert all(
        any(status in row.sources and row.targets - {status} for row in TRANSITIONS.values())
        for status in LIVE_STATUSES
    )
    assert set(JobStatus) == LIVE_STATUSES | FINAL_STATUSES
