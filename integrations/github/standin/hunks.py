"""Reads the hunks of one file's unified diff: which lines a comment may stand on, and GitHub's `position`. Pure."""

import re
from dataclasses import dataclass

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class DiffLine:
    hunk: int
    position: int  # lines below the first @@ of the file, later @@ lines counted
    left: int | None  # line in the old file, for context and deletions
    right: int | None  # line in the new file, for context and additions
    text: str  # the hunk down to this line, as GitHub shows it above a comment


def read_hunks(patch: str) -> list[DiffLine]:
    """Every line inside a hunk, in order."""
    reader = _Reader()
    for line in patch.split("\n"):
        reader.read(line)
    return reader.lines


def find_line(lines: list[DiffLine], number: int, side: str) -> DiffLine | None:
    """The line of that number on "LEFT" or "RIGHT", or None when no hunk shows it."""
    return next((line for line in lines if number == (line.left if side == "LEFT" else line.right)), None)


class _Reader:
    def __init__(self) -> None:
        self.lines: list[DiffLine] = []
        self._hunk = self._position = -1
        self._left = self._right = self._left_due = self._right_due = 0
        self._text = ""

    def read(self, line: str) -> None:
        if self._left_due or self._right_due:
            self._read_inside(line)
        elif header := _HUNK.match(line):
            left, left_due, right, right_due = (1 if n is None else int(n) for n in header.groups())
            self._left, self._left_due, self._right, self._right_due = left, left_due, right, right_due
            self._hunk += 1
            self._position += 1
            self._text = line

    def _read_inside(self, line: str) -> None:
        """Counts come from the header: a deleted `-- x` looks like the header of a file."""
        self._position += 1
        self._text += f"\n{line}"
        if line.startswith("\\"):
            return
        on_left, on_right = not line.startswith("+"), not line.startswith("-")
        self.lines.append(
            DiffLine(
                hunk=self._hunk,
                position=self._position,
                left=self._left if on_left else None,
                right=self._right if on_right else None,
                text=self._text,
            )
        )
        self._left, self._left_due = self._left + on_left, self._left_due - on_left
        self._right, self._right_due = self._right + on_right, self._right_due - on_right
