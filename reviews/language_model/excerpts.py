"""Excerpts: the lines of files that a language model is shown, each with its number. Pure.

Every row begins with a number or a sign of ours, so that no line of a file can pass for a line that we wrote. What
hides or reverses text is spelled out.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.diff import FileDiff
from analysis.facts import FUNCTION, Definition

ADDED, REMOVED, KEPT, TOLD, GAP = "+", "-", " ", "|", "…"
#: A function longer than this is shown as far as the change, or the call, goes.
MAX_WHOLE_LINES = 100
MAX_COLUMNS = 500
_AROUND = 5
#: Spaces but the two plain ones, control characters, and what has no width, turns the reading order or is a tag.
_HIDDEN = re.compile(
    r"[^\S \t]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
    r"|[\ud800-\udfff\U000e0000-\U000e0fff]"
)


class Kind(StrEnum):
    """What an excerpt is, in the words of instructions.md."""

    TITLE = "title"
    CHANGED = "changed file"
    CONTRACT = "changed contract"
    CALLER = "caller"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is shown; without a number it is no line of the head."""

    number: int | None
    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Rows of one file. `about` names the changed files that it says something of."""

    kind: Kind
    path: str
    rows: tuple[Row, ...]
    about: frozenset[str] = frozenset()

    @property
    def added(self) -> Mapping[int, str]:
        """The lines that the change added, as they are shown."""
        return {row.number: row.text for row in self.rows if row.number and row.sign == ADDED}


def changed_file(file: FileDiff, lines: Sequence[str], functions: Iterable[Definition] = ()) -> Excerpt:
    """The hunks of a file with the lines they removed, and the functions they are in. `lines` are the head's."""
    removed = _removed_before(file)
    wanted = set(file.commentable_lines) | removed.keys()
    for first, last in (whole(function) for function in functions_at(file, functions)):
        wanted |= set(range(first, last + 1))
    rows: list[Row] = []
    previous = 0
    for number in sorted(wanted):
        if number > previous + 1:
            rows.append(Row(None, GAP, ""))
        rows += [Row(None, REMOVED, visible(text)) for text in removed.get(number, ())]
        if number <= len(lines):
            sign = ADDED if number in file.added_lines else KEPT
            rows.append(Row(number, sign, visible(lines[number - 1])))
        previous = number
    return Excerpt(Kind.CHANGED, file.path, tuple(rows), frozenset({file.path}))


def lines_of(
    kind: Kind, path: str, lines: Sequence[str], spans: Iterable[tuple[int, int]], about: Collection[str]
) -> Excerpt:
    """Unchanged lines of a file, as far as it has them; spans are (first, last)."""
    numbers = sorted({number for first, last in spans for number in range(first, last + 1)})
    rows = [Row(number, KEPT, visible(lines[number - 1])) for number in numbers if 0 < number <= len(lines)]
    return Excerpt(kind, path, tuple(rows), frozenset(about))


def told(kind: Kind, path: str, texts: Iterable[str], about: Collection[str] = ()) -> Excerpt:
    """Something to say that is no code."""
    return Excerpt(kind, path, tuple(Row(None, TOLD, visible(text)) for text in texts), frozenset(about))


def functions_at(file: FileDiff, functions: Iterable[Definition]) -> list[Definition]:
    """The functions of the head that the change added lines to or took lines from."""
    touched = sorted(file.added_lines | _removed_before(file).keys())
    return [
        function
        for function in functions
        if function.kind == FUNCTION and any(function.line <= number <= function.end_line for number in touched)
    ]


def whole(function: Definition) -> tuple[int, int]:
    """The function's lines; of a long one those that say what it takes."""
    return function.line, min(function.end_line, function.line + (MAX_WHOLE_LINES if _is_short(function) else 1) - 1)


def uses(function: Definition, numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The function's lines; of a long one those around the lines with these numbers."""
    if _is_short(function):
        return [(function.line, function.end_line)]
    around = [(max(number - _AROUND, function.line), min(number + _AROUND, function.end_line)) for number in numbers]
    return [(function.line, function.line), *around]


def visible(text: str) -> str:
    """The text with everything that hides, reverses or breaks lines spelled out."""
    return _HIDDEN.sub(lambda match: f"<U+{ord(match[0]):04X}>", text.removesuffix("\r"))


def shortened(text: str) -> str:
    return text if len(text) <= MAX_COLUMNS else f"{text[:MAX_COLUMNS]}{GAP}"


def _is_short(function: Definition) -> bool:
    return function.end_line - function.line < MAX_WHOLE_LINES


def _removed_before(file: FileDiff) -> dict[int, list[str]]:
    """Removed lines by the number of the head's line that stands after them."""
    removed: defaultdict[int, list[str]] = defaultdict(list)
    for hunk in file.hunks:
        # A hunk that only removes counts from the line before it.
        number = hunk.new_start + (hunk.new_count == 0)
        for line in hunk.lines:
            if line.new_number is None:
                removed[number].append(line.text)
            else:
                number = line.new_number + 1
    return dict(removed)
