"""A fix as whole lines in place of others, and the file as it would be then. Pure.

Only where it is plain what happens: the lines are few, all shown in one hunk of the diff, with the finding among them,
and hold nothing that is not shown as it is (credentials, characters that hide).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from analysis.diff import FileDiff
from reviews.analyzers import Edit, Fix
from reviews.comments import plain

MAX_LINES = 10
MAX_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Replacement:
    """`lines` instead of those from `start` to `end`, both counted from 1; `source` is the whole file with them."""

    start: int
    end: int
    lines: tuple[str, ...]
    source: str


def replacement(fix: Fix, source: str, file: FileDiff) -> Replacement | None:
    """What the fix makes of the file, or None where it is not plain. A file with carriage returns never is."""
    if "\r" in source or not fix.edits:
        return None
    start = min(edit.start[0] for edit in fix.edits)
    end = max(_last_line(edit) for edit in fix.edits)
    offsets = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
    fixed = _applied(fix.edits, source, offsets)
    if not (start <= fix.line <= end and _in_one_hunk(file, start, end)) or fixed is None:
        return None
    block = fixed[offsets[start - 1] : len(fixed) - len(source[offsets[end] :])]
    lines = tuple(block.removesuffix("\n").split("\n")) if block else ()
    small = len(lines) <= MAX_LINES and end - start < MAX_LINES and len(block) <= MAX_CHARACTERS
    changed = fixed != source and plain(block) == block
    return Replacement(start, end, lines, fixed) if small and changed else None


def _last_line(edit: Edit) -> int:
    """What ends before the first character of a line leaves that line alone."""
    line, column = edit.end
    return line if column or line == edit.start[0] else line - 1


def _applied(edits: Sequence[Edit], source: str, offsets: Sequence[int]) -> str | None:
    """None when two edits overlap, or one is outside of the file."""
    parts, reached = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        if edit.end[0] >= len(offsets):
            return None
        start, end = (offsets[line - 1] + column for line, column in (edit.start, edit.end))
        if not reached <= start <= end <= len(source):
            return None
        parts += [source[reached:start], edit.text]
        reached = end
    return "".join([*parts, source[reached:]])


def _in_one_hunk(file: FileDiff, start: int, end: int) -> bool:
    return any(hunk.new_start <= start and end < hunk.new_start + hunk.new_count for hunk in file.hunks)
