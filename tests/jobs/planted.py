"""Bugs to be planted, so that tests that walk, model or count show that they see them."""

from collections.abc import Callable

import pytest

from jobs import statement, waits

Plant = Callable[[pytest.MonkeyPatch], None]


def without(text: str) -> Plant:
    """Every transition is carried out with this left out of its SQL."""
    carry_out = statement._only_row

    def plant(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(statement, "_only_row", lambda sql, values: carry_out(sql.replace(text, ""), values))

    return plant


def without_the_lock_of_the_key(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(waits, "_lock", lambda *_: None)


def without_the_second_look_at_the_outbox(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(statement, "forget_outdated", lambda _job_id: None)
