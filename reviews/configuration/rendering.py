"""The effective configuration as people read it: each value and who set it. Pure.

Values come from files of others: shown literally, without credentials, and shortened.
"""

import json
from collections.abc import Iterator
from typing import Any

from reviews.comments import code, escape, plain
from reviews.configuration.levels import Effective

_MAX_VALUE = 300
_COLUMN = 45


def as_text(found: Effective) -> str:
    """For a terminal: a line for each value, `key: value  # who set it`, then the notes."""
    rows = [f"{f'{key}: {value}':<{_COLUMN}}  # {set_by}" for key, value, set_by in _rows(found)]
    return "\n".join([*rows, *(f"# {plain(note)}" for note in found.notes)]) + "\n"


def as_markdown(found: Effective) -> str:
    """For a comment: a table, and the notes above it."""
    notes = [f"> {escape(note)}\n" for note in found.notes]
    rows = [f"| `{key}` | {_cell(value)} | {escape(set_by)} |" for key, value, set_by in _rows(found)]
    return "\n".join([*notes, "| key | value | set by |", "|---|---|---|", *rows]) + "\n"


def written(value: Any) -> str:
    """A value as it would stand in the file."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return str(value)


def _rows(found: Effective) -> Iterator[tuple[str, str, str]]:
    for key, settled in found.settled.items():
        text = plain(written(settled.value))
        yield key, text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}…", settled.set_by


def _cell(value: str) -> str:
    """Code in a table: a bar would end the cell even there."""
    return code(value).replace("|", "\\|")
