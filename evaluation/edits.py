"""Edits to the text of a file, and where its lines are after them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes from `start` to before `end`."""

    start: int
    end: int
    text: bytes


def edited(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The edits must not overlap."""
    for edit in sorted(edits, reverse=True):
        content = content[: edit.start] + edit.text + content[edit.end :]
    return content


def line_map(content: bytes, edits: Iterable[Edit]) -> dict[int, int]:
    """Where each line of the file is after the edits; lines that went as a whole are not in it."""
    known, moved, start = tuple(edits), dict[int, int](), 0
    for number, line in enumerate(content.splitlines(keepends=True), start=1):
        end = start + len(line)
        if not any(edit.start <= start and end <= edit.end for edit in known):
            before = [edit for edit in known if edit.start < start or edit.start == edit.end == start]
            gone = sum(content[edit.start : edit.end].count(b"\n") for edit in before)
            moved[number] = number - gone + sum(edit.text.count(b"\n") for edit in before)
        start = end
    return moved
