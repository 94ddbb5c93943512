"""Ruff, for what is wrong rather than what is unlovely: RULES names bugs and holes, no style.

Of what it only suspects, that is told which the code itself shows (suspicions.py). Python 2 is a language of its own.
Isolated: no configuration but ours is read. `__init__.py` and `.pyi` keep their meaning.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeVar

from ruff import find_ruff_bin  # type: ignore[import-untyped] # it ships no type marker

from reviews.analyzers.copies import copy_into, origin_of
from reviews.analyzers.isolation import run_isolated
from reviews.analyzers.places import is_in_documentation, is_test
from reviews.analyzers.reported import known_shape, parsed
from reviews.analyzers.scratch import scratch_folder
from reviews.analyzers.shape import Analyzer, AnalyzerFailed, Edit, Fix, SourceFile
from reviews.analyzers.suspicions import Span, Suspect
from reviews.findings import Finding, Severity

Made = TypeVar("Made")

NAME = "ruff"
TIMEOUT_SECONDS = 60

_HIGH = (
    # Raises or misbehaves when the line runs: bad formats, undefined names, misplaced statements.
    "F50", "F52", "F601", "F621", "F622", "F631", "F632", "F633", "F634", "F70", "F821", "F822", "F823", "F901",
    "PLE",
    "B002", "B012", "B016", "B020", "B022", "B029", "B030", "B031", "B032", "B909",
    # Lets a stranger in.
    "S102", "S201", "S202", "S307", "S501", "S502", "S506", "S507", "S602", "S604", "S605", "S612", "S701",
)  # fmt: skip
_MEDIUM = (
    "F402", "F811",
    "B003", "B005", "B006", "B015", "B017", "B018", "B019", "B021", "B023", "B025", "B026",
    "B033", "B034", "B035", "B039", "B911",
    "S103", "S113", "S302", "S306", "S323", "S608", "S610", "S611",
    "ASYNC100", "ASYNC105", "ASYNC210", "ASYNC212", "ASYNC220", "ASYNC221", "ASYNC222", "ASYNC230", "ASYNC250",
    "ASYNC251",
)  # fmt: skip
RULES = (*_HIGH, *_MEDIUM)
#: Right in a test: fixed queries, fixtures imported by name and taken as arguments, a function that is made in a loop
#: and called in the same turn, and waiting where nobody else waits.
_FINE_IN_TESTS = ("S", "F811", "B015", "B017", "B018", "B023", "ASYNC")
_SYNTAX = "invalid-syntax"
_PYTHON_2_LINE = re.compile(rb"\s*(?:print\s+[^\s(=.,:\[]|raise\s+[\w.]+\s*,|exec\s+[\"'\w])")
_PYTHON_2_NAME = re.compile(r"`(?:basestring|buffer|execfile|long|raw_input|unichr|unicode|xrange)`")


def wants(path: str) -> bool:
    return PurePosixPath(path).suffix in {".py", ".pyi"}


def run(files: Sequence[SourceFile]) -> list[Finding]:
    suspects = {file.path: Suspect(file.content) for file in files}
    found = _read(files, lambda report, path: (_finding(report, path), _span(report)))
    return [
        finding for finding, span in _without_what_follows(found) if _is_told(finding, suspects[finding.path], span)
    ]


def fixes(files: Sequence[SourceFile]) -> list[Fix]:
    """Those that ruff calls safe: what the code means stays."""
    return [fix for fix in _read(files, _fix) if fix]


def _read(files: Sequence[SourceFile], made_of: Callable[[Mapping[str, Any], str], Made]) -> list[Made]:
    """What `made_of` makes of each report and the path it is about."""
    with scratch_folder() as folder:
        origins = copy_into(folder, files, name_of=_name_of)
        status, said = run_isolated(NAME, _argv(), folder=folder, timeout_seconds=TIMEOUT_SECONDS)
        if status != 0:
            raise AnalyzerFailed(NAME, f"ended with status {status}")
        with known_shape(NAME):
            return [
                made_of(report, origin_of(report["filename"], folder=folder, origins=origins, analyzer=NAME))
                for report in parsed(NAME, said)
            ]


def _argv() -> list[str]:
    # The newest syntax is allowed: which Python the repository is for is not known here.
    return [
        find_ruff_bin(), "check", "--isolated", "--no-cache", "--exit-zero", "--quiet", "--no-preview",
        "--output-format", "json", "--target-version", "py314", "--select", ",".join(RULES), ".",
    ]  # fmt: skip


def _name_of(path: PurePosixPath) -> str:
    return f"{'__init__' if path.stem == '__init__' else 'module'}{path.suffix}"


def _finding(report: Mapping[str, Any], path: str) -> Finding:
    code = report["code"] or _SYNTAX
    return Finding(
        rule=f"{NAME}:{code}",
        path=path,
        line=int(report["location"]["row"]),
        end_line=int(report["end_location"]["row"]),
        severity=_severity(code),
        message=str(report["message"]),
    )


def _fix(report: Mapping[str, Any], path: str) -> Fix | None:
    fix = report["fix"]
    if not fix or fix["applicability"] != "safe":
        return None
    edits = tuple(
        Edit(_place(edit["location"]), _place(edit["end_location"]), str(edit["content"])) for edit in fix["edits"]
    )
    return Fix(f"{NAME}:{report['code']}", path, int(report["location"]["row"]), edits)


def _place(location: Mapping[str, Any]) -> tuple[int, int]:
    return int(location["row"]), int(location["column"]) - 1


def _span(report: Mapping[str, Any]) -> Span:
    start, end = report["location"], report["end_location"]
    return int(start["row"]), int(start["column"]), int(end["row"]), int(end["column"])


def _is_told(finding: Finding, suspect: Suspect, span: Span) -> bool:
    code = finding.rule.removeprefix(f"{NAME}:")
    if is_test(finding.path) and code.startswith(_FINE_IN_TESTS):
        return False
    if code == _SYNTAX:
        return not _PYTHON_2_LINE.match(b"".join(suspect.lines[finding.line - 1 : finding.line]))
    if code == "F821":
        return not (_PYTHON_2_NAME.search(finding.message) or is_in_documentation(finding.path))
    return suspect.shows(code, span)


def _without_what_follows(found: Sequence[tuple[Finding, Span]]) -> Iterator[tuple[Finding, Span]]:
    """Of the syntax errors of a file the first one only: what comes after it is read wrong."""
    broken: set[str] = set()
    for finding, span in found:
        is_syntax = finding.rule == f"{NAME}:{_SYNTAX}"
        if not is_syntax or finding.path not in broken:
            yield finding, span
        if is_syntax:
            broken.add(finding.path)


def _severity(code: str) -> Severity:
    return Severity.HIGH if code == _SYNTAX or code.startswith(_HIGH) else Severity.MEDIUM


RUFF = Analyzer(NAME, wants, run, fixes)
