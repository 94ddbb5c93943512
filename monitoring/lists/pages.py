"""A page of a list, by key: the rows after the one the last page ended with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key")

#: Rows that one page looks at, when a filter lets few of them through.
LOOKED_THROUGH = 2_000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row, Key]):
    """`after` is where the next page begins; None at the end of the list.

    Not `complete` when rows were looked through that the page does not hold, and there are more behind them.
    """

    rows: Sequence[Row]
    after: Key | None
    complete: bool = True
