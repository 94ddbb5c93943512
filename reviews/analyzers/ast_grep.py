"""ast-grep, with rules of our own (ast_grep_rules.yml): bugs that the other tools do not know, in four languages.

No configuration is read but the rules, which are handed over on the command line.
"""

import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from reviews.analyzers.copies import copy_into, origin_of
from reviews.analyzers.isolation import run_isolated
from reviews.analyzers.places import is_test
from reviews.analyzers.reported import known_shape, parsed
from reviews.analyzers.scratch import scratch_folder
from reviews.analyzers.shape import Analyzer, AnalyzerFailed, SourceFile
from reviews.findings import Finding, Severity

NAME = "ast-grep"
TIMEOUT_SECONDS = 60
_SUFFIXES = frozenset({".py", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".go", ".java"})
_SCRIPT = ("JavaScript", "TypeScript", "Tsx")
_SEVERITIES = {"error": Severity.HIGH, "warning": Severity.MEDIUM}
#: A test may do it on purpose, or is over before it matters.
_FINE_IN_TESTS = frozenset({"go-defer-in-loop", "java-strings-compared", "python-signature-compared"})


def wants(path: str) -> bool:
    return PurePosixPath(path).suffix in _SUFFIXES


def run(files: Sequence[SourceFile]) -> list[Finding]:
    with scratch_folder() as folder:
        origins = copy_into(folder, files, name_of=lambda path: f"module{path.suffix}")
        status, said = run_isolated(NAME, _argv(), folder=folder, timeout_seconds=TIMEOUT_SECONDS)
        if status not in (0, 1):  # 1: something of severity "error" was found
            raise AnalyzerFailed(NAME, f"ended with status {status}")
        with known_shape(NAME):
            findings = [_finding(report, folder, origins) for report in parsed(NAME, said)]
    return [finding for finding in findings if not _is_fine(finding)]


@cache
def rules() -> str:
    """All rules as ast-grep reads them, each language for itself."""
    text = Path(__file__).with_name("ast_grep_rules.yml").read_text(encoding="utf-8")
    return yaml.safe_dump_all([rule for written in yaml.safe_load_all(text) for rule in _by_language(written)])


def _by_language(written: dict[str, Any]) -> Iterator[dict[str, Any]]:
    languages = _SCRIPT if written["language"] == "script" else (written["language"],)
    return ({**written, "language": language} for language in languages)


def _argv() -> list[str]:
    binary = str(Path(sysconfig.get_path("scripts")) / "ast-grep")
    options = ("--json=compact", "--threads=2", "--no-ignore=hidden", "--no-ignore=vcs")
    return [binary, "scan", "--inline-rules", rules(), *options, "."]


def _finding(report: Mapping[str, Any], folder: Path, origins: Mapping[str, str]) -> Finding:
    line = int(report["range"]["start"]["line"]) + 1
    return Finding(
        rule=f"{NAME}:{report['ruleId']}",
        path=origin_of(report["file"], folder=folder, origins=origins, analyzer=NAME),
        line=line,
        end_line=line,
        severity=_SEVERITIES[report["severity"]],
        message=str(report["message"]),
    )


def _is_fine(finding: Finding) -> bool:
    return is_test(finding.path) and finding.rule.removeprefix(f"{NAME}:") in _FINE_IN_TESTS


AST_GREP = Analyzer(NAME, wants, run)
