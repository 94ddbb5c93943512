"""Fails an act at each statement and around its commit: nothing is left behind, and it can be carried out again."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from difflib import unified_diff
from functools import partial
from typing import Any, TypeVar

from django.db import OperationalError, connection

from tests.connections import ends_at_commit
from tests.tables import rows, told, wipe

Subject = TypeVar("Subject")


@dataclass(slots=True)
class Statements:
    """Counts those that are executed. The one with the number `fails` does: before it is carried out, or after."""

    fails: int = 0
    after: bool = False
    count: int = 0
    #: The one that failed was carried out all the same, outside of a transaction: nothing takes it back.
    stands: bool = False

    def __call__(self, execute: Callable[..., Any], *call: Any) -> Any:
        self.count += 1
        if self.count != self.fails:
            return execute(*call)
        if self.after:
            execute(*call)
            self.stands = not connection.in_atomic_block
        raise OperationalError("planted")

    def seen(self) -> AbstractContextManager[None]:
        return connection.execute_wrapper(self)


def assert_all_or_nothing(arrange: Callable[[], Subject], act: Callable[[Subject], object]) -> int:
    """`act` on what `arrange` makes, failing everywhere in turn; the number of its statements."""
    wipe()
    subject, before, undisturbed = arrange(), told(rows()), Statements()
    with undisturbed.seen():
        act(subject)
    assert told(rows()) != before
    try_with = partial(_try_with, arrange, act, expected=told(rows()))
    for number in range(1, undisturbed.count + 1):
        for after in (False, True):
            statements = Statements(fails=number, after=after)
            try_with(statements.seen(), may_stand=lambda: statements.stands)  # noqa: B023 - called in this round
    try_with(ends_at_commit("before"), may_stand=lambda: False)
    try_with(ends_at_commit("after"), may_stand=lambda: True)
    return undisturbed.count


def _try_with(
    arrange: Callable[[], Subject],
    act: Callable[[Subject], object],
    disturbed: AbstractContextManager[None],
    *,
    may_stand: Callable[[], bool],
    expected: list[str],
) -> None:
    wipe()
    subject = arrange()
    before = rows()
    try:
        with disturbed:
            act(subject)
    except OperationalError:
        if rows() == before:
            act(subject)
        else:
            assert may_stand(), "something was left behind"
    found = told(rows())
    assert found == expected, "\n".join(unified_diff(expected, found, "undisturbed", "found", n=0, lineterm=""))
