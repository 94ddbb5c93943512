"""Broken contracts as findings: the changed definition, and the callers it leaves behind. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from analysis.contracts import ChangeKind
from analysis.diff import FileDiff, Hunk
from analysis.impact import Caller, ContractChange
from reviews.findings import Finding, Severity

#: At least this sure that a caller means this definition, and the finding is severe.
SURE = 0.8
_NAMED_CALLERS = 5
#: The definition is gone from its file: its line counts in the base.
_GONE = frozenset({ChangeKind.REMOVED, ChangeKind.RENAMED, ChangeKind.MOVED})


def findings_of_contracts(changes: Iterable[ContractChange], files: Iterable[FileDiff]) -> list[Finding]:
    """One finding per contract that somebody still relies on, at the changed definition."""
    by_path = _by_either_path(files)
    return [_finding(change, by_path) for change in changes if change.broken_callers]


def paths_of(change: ContractChange) -> frozenset[str]:
    """The files the broken contract is about: the definition's, and those of the callers left behind."""
    return frozenset({change.path, *(caller.path for caller in change.broken_callers)})


def anchor(file: FileDiff, line: int, *, gone: bool) -> int:
    """The line of the head to comment on: the definition's own, or the closest the diff shows.

    `gone` says that `line` counts in the base: then it is the line that now stands where that one was.
    """
    if gone:
        hunk = next((hunk for hunk in file.hunks if hunk.old_start <= line < hunk.old_start + hunk.old_count), None)
        return _in_its_place(hunk, line) if hunk else line
    return min(file.commentable_lines, key=lambda shown: (abs(shown - line), shown), default=line)


def _finding(change: ContractChange, files: Mapping[str, FileDiff]) -> Finding:
    file = files.get(change.path)
    line = anchor(file, change.line, gone=change.kind in _GONE) if file else change.line
    surest = max(caller.confidence for caller in change.broken_callers)
    return Finding(
        rule=f"contract:{change.kind.lower()}",
        path=file.path if file else change.path,
        line=line,
        end_line=line,
        severity=Severity.HIGH if surest >= SURE else Severity.MEDIUM,
        message=f"{_what_changed(change)} {_who_is_left_behind(change.broken_callers)}",
    )


def _what_changed(change: ContractChange) -> str:
    if change.after and change.before != change.after:
        return f"{change.message}: {_code(change.before)} became {_code(change.after)}."
    return f"{change.message}."


def _who_is_left_behind(callers: Sequence[Caller]) -> str:
    surest_first = sorted(callers, key=lambda caller: (-caller.confidence, caller.path, caller.line))
    places = [f"{_code(f'{caller.path}:{caller.line}')} {caller.problem}" for caller in surest_first[:_NAMED_CALLERS]]
    more = len(callers) - len(places)
    return f"{'; '.join(places)}{f'; and {more} more' if more else ''}."


def _code(text: str) -> str:
    return "`" + text.replace("`", "'") + "`"


def _by_either_path(files: Iterable[FileDiff]) -> dict[str, FileDiff]:
    """Files by the path they have and, where they were renamed, by the one they had."""
    known = list(files)
    was = {file.old_path: file for file in known if file.old_path}
    return was | {file.new_path: file for file in known if file.new_path}


def _in_its_place(hunk: Hunk, old_line: int) -> int:
    """The first line of the head after the one that went, or else the last before it."""
    place = next((index for index, line in enumerate(hunk.lines) if line.old_number == old_line), 0)
    after = [line.new_number for line in hunk.lines[place:] if line.new_number]
    before = [line.new_number for line in hunk.lines[:place] if line.new_number]
    return (after or before[-1:] or [old_line])[0]
