r"""Unified diffs as git writes them, read into files, hunks and line numbers. Pure.

A hunk's header says how many lines it has, and exactly so many are read as its content: a line of a patch that looks
like a header ("--- a/x", "@@ -1 +1 @@", "diff --git") is content there and forges nothing. Only "\n" ends a line; a
carriage return before it belongs to the content.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(?: (.*))?")
_NO_NEWLINE = "\\ No newline at end of file"
_ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}


class MalformedDiff(Exception):
    """The text is not a unified diff as git writes it."""

    permanent = True


class FileStatus(StrEnum):
    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"
    RENAMED = "renamed"
    COPIED = "copied"
    MODE_CHANGED = "mode changed"


@dataclass(frozen=True, slots=True)
class Line:
    """`sign` is " ", "+" or "-"; a line number is None on the side that does not have the line."""

    sign: str
    text: str
    old_number: int | None
    new_number: int | None
    newline: bool = True


@dataclass(frozen=True, slots=True)
class Hunk:
    old_start: int
    old_count: int
    new_start: int
    new_count: int
    section: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file's change. A path is None on the side where the file does not exist."""

    old_path: str | None
    new_path: str | None
    status: FileStatus
    hunks: tuple[Hunk, ...] = ()
    binary: bool = False
    old_mode: str | None = None
    new_mode: str | None = None

    @property
    def path(self) -> str:
        """The name to show: the new one, or the old one of a removed file."""
        return self.new_path or self.old_path or ""

    @property
    def added_lines(self) -> frozenset[int]:
        """Numbers, in the new file, of the lines this change added."""
        return self._numbers("+")

    @property
    def commentable_lines(self) -> frozenset[int]:
        """Numbers, in the new file, of the lines inside hunks: where a code host accepts a comment."""
        return self._numbers("+ ")

    def _numbers(self, signs: str) -> frozenset[int]:
        lines = (line for hunk in self.hunks for line in hunk.lines)
        return frozenset(line.new_number for line in lines if line.new_number and line.sign in signs)


def parse_diff(diff: bytes | str) -> list[FileDiff]:
    """Every file of the diff, in order. Raises MalformedDiff."""
    text = diff.decode("utf-8", "surrogateescape") if isinstance(diff, bytes) else diff
    lines = _Lines(text)
    files = []
    while (line := lines.peek()) is not None:
        if line.startswith("diff --git "):
            files.append(_file(lines))
        elif not line.strip():
            lines.take()
        else:
            raise MalformedDiff(f"line {lines.number}: expected a file header")
    return files


def parse_patch(path: str, patch: str) -> FileDiff:
    """One file of which only the hunks are there, as a code host lists them. Raises MalformedDiff."""
    lines = _Lines(patch)
    hunks = tuple(_hunks(lines))
    if lines.peek() is not None:
        raise MalformedDiff(f"line {lines.number}: expected a hunk")
    return FileDiff(path, path, FileStatus.MODIFIED, hunks)


class _Lines:
    """The lines of the text, one at a time, with one line of look-ahead."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        if self._lines[-1] == "":
            self._lines.pop()
        self._next = 0

    @property
    def number(self) -> int:
        return self._next + 1

    def peek(self) -> str | None:
        return self._lines[self._next] if self._next < len(self._lines) else None

    def take(self) -> str:
        self._next += 1
        return self._lines[self._next - 1]

    def while_header(self) -> Iterator[str]:
        """The extended header lines: up to the first hunk or the next file."""
        while (line := self.peek()) is not None and not line.startswith(("@@ ", "diff --git ")):
            yield self.take()


def _file(lines: _Lines) -> FileDiff:
    first = lines.take().removeprefix("diff --git ")
    header = _header(lines)
    old, new = _names(first, header)
    old_path = None if "new file mode" in header else _path(old, "a/")
    new_path = None if "deleted file mode" in header else _path(new, "b/")
    return FileDiff(
        old_path,
        new_path,
        _status(header),
        tuple(_hunks(lines)),
        binary="binary" in header,
        old_mode=header.get("old mode") or header.get("deleted file mode"),
        new_mode=header.get("new mode") or header.get("new file mode"),
    )


_KEYS = (
    "old mode",
    "new mode",
    "deleted file mode",
    "new file mode",
    "copy from",
    "copy to",
    "rename from",
    "rename to",
    "similarity index",
    "dissimilarity index",
    "index",
    "---",
    "+++",
)


def _header(lines: _Lines) -> dict[str, str]:
    header: dict[str, str] = {}
    for line in lines.while_header():
        key = next((key for key in _KEYS if line.startswith(key + " ")), None)
        if line.startswith(("Binary files ", "GIT binary patch")):
            header["binary"] = line
        elif key:
            header[key] = line[len(key) + 1 :]
    return header


def _names(first: str, header: dict[str, str]) -> tuple[str, str]:
    """Both names, with their prefix, from whichever lines have them."""
    if "---" in header and "+++" in header:
        # Git ends a name that has a space in it with a tab here.
        return _unquoted(header["---"].removesuffix("\t")), _unquoted(header["+++"].removesuffix("\t"))
    for verb in ("rename", "copy"):
        if f"{verb} from" in header:
            return "a/" + _unquoted(header[f"{verb} from"]), "b/" + _unquoted(header[f"{verb} to"])
    if first.endswith('"'):
        middle = first.find(' "', 1) if first.startswith('"') else first.index(' "')
        return _unquoted(first[:middle]), _unquoted(first[middle + 1 :])
    # Neither renamed nor quoted: both names are the same, so the text is "a/NAME b/NAME" and halves exactly.
    middle = len(first) // 2
    if first[2:middle] != first[middle + 3 :]:
        raise MalformedDiff("a file header names two different files")
    return first[:middle], first[middle + 1 :]


def _path(name: str, prefix: str) -> str | None:
    return None if name == "/dev/null" else name.removeprefix(prefix)


def _unquoted(name: str) -> str:
    """Git puts names with special characters in quotes, C style, byte by byte."""
    if not (len(name) > 1 and name.startswith('"') and name.endswith('"')):
        return name
    inside = name[1:-1]
    parts = re.findall(r"\\([0-7]{3})|\\(.)|([^\\]+)", inside, re.DOTALL)
    raw = b"".join(
        bytes([int(octal, 8) & 0xFF]) if octal else bytes([_ESCAPES.get(escape, ord(escape) & 0xFF)]) if escape
        else plain.encode("utf-8", "surrogateescape")
        for octal, escape, plain in parts
    )  # fmt: skip
    return raw.decode("utf-8", "surrogateescape")


def _status(header: dict[str, str]) -> FileStatus:
    if "new file mode" in header:
        return FileStatus.ADDED
    if "deleted file mode" in header:
        return FileStatus.REMOVED
    if "rename from" in header:
        return FileStatus.RENAMED
    if "copy from" in header:
        return FileStatus.COPIED
    content = "index" in header or "---" in header or "binary" in header
    return FileStatus.MODIFIED if content or "old mode" not in header else FileStatus.MODE_CHANGED


def _hunks(lines: _Lines) -> Iterator[Hunk]:
    while (line := lines.peek()) is not None and line.startswith("@@ "):
        match = _HUNK.match(line)
        if not match:
            raise MalformedDiff(f"line {lines.number}: a hunk header that is none")
        lines.take()
        old_start, old_count, new_start, new_count = (int(number) if number else 1 for number in match.groups()[:4])
        body = tuple(_body(lines, old_start, old_count, new_start, new_count))
        yield Hunk(old_start, old_count, new_start, new_count, match[5] or "", body)


def _body(lines: _Lines, old: int, old_count: int, new: int, new_count: int) -> Iterator[Line]:
    """The hunk's content: as many lines as its header promised, whatever they look like."""
    old_end, new_end = old + old_count, new + new_count
    while old < old_end or new < new_end:
        line = lines.peek()
        sign = line[:1] if line else " "  # some tools strip the space of an empty context line
        if line is None or sign not in " +-" or (sign != "+" and old >= old_end) or (sign != "-" and new >= new_end):
            raise MalformedDiff(f"line {lines.number}: a hunk does not have the lines its header promised")
        text = lines.take()[1:]
        newline = lines.peek() != _NO_NEWLINE
        if not newline:
            lines.take()
        yield Line(sign, text, old if sign != "+" else None, new if sign != "-" else None, newline)
        old += sign != "+"
        new += sign != "-"
