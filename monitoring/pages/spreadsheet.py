"""Rows as CSV for a spreadsheet, in which no cell of a stranger's is run as a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

#: What a spreadsheet takes for the beginning of a formula, or skips before one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

Cell = str | float | None


def lines(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """One line of CSV for each, the headings first."""
    for row in chain([headings], rows):
        written = io.StringIO()
        csv.writer(written).writerow([safe(cell) for cell in row])
        yield written.getvalue()


def safe(cell: Cell) -> Cell:
    """Text that a spreadsheet would run gets an apostrophe before it; numbers stay."""
    if not isinstance(cell, str):
        return round(cell, 3) if isinstance(cell, float) else cell
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell.replace("\0", "")
