"""Oxlint, for JavaScript and TypeScript: rules that name bugs, no style, no taste.

Isolated: rules are named on the command line, and no configuration is looked for. A file it cannot read is reported
only when it is TypeScript: JavaScript has dialects.
"""

import sysconfig
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from reviews.analyzers.copies import copy_into, origin_of
from reviews.analyzers.isolation import run_isolated
from reviews.analyzers.places import is_test
from reviews.analyzers.reported import known_shape, parsed
from reviews.analyzers.scratch import scratch_folder
from reviews.analyzers.shape import Analyzer, AnalyzerFailed, SourceFile
from reviews.findings import Finding, Severity

NAME = "oxlint"
TIMEOUT_SECONDS = 60
_TYPESCRIPT = frozenset({".ts", ".tsx", ".mts", ".cts"})
_SUFFIXES = _TYPESCRIPT | {".js", ".jsx", ".mjs", ".cjs"}

#: Raises or misbehaves when the line runs.
_HIGH = (
    "constructor-super", "for-direction", "getter-return", "no-compare-neg-zero", "no-const-assign",
    "no-dupe-class-members", "no-dupe-else-if", "no-dupe-keys", "no-duplicate-case", "no-ex-assign",
    "no-func-assign", "no-import-assign", "no-invalid-regexp", "no-new-native-nonconstructor", "no-obj-calls",
    "no-setter-return", "no-this-before-super", "no-unsafe-negation", "no-unsafe-optional-chaining",
    "use-isnan", "valid-typeof",
    "oxc/bad-array-method-on-arguments", "oxc/bad-bitwise-operator", "oxc/bad-char-at-comparison",
    "oxc/bad-comparison-sequence", "oxc/bad-min-max-func", "oxc/bad-object-literal-comparison",
    "oxc/bad-replace-all-arg", "oxc/const-comparisons", "oxc/erasing-op", "oxc/missing-throw",
    "oxc/number-arg-out-of-range", "oxc/uninvoked-array-callback",
    "unicorn/no-invalid-fetch-options", "react/jsx-no-duplicate-props", "react/rules-of-hooks",
)  # fmt: skip
_MEDIUM = (
    "array-callback-return", "no-async-promise-executor", "no-class-assign", "no-cond-assign",
    "no-constant-binary-expression", "no-debugger", "no-empty-pattern", "no-eval", "no-global-assign",
    "no-loss-of-precision", "no-self-assign", "no-sparse-arrays", "no-unreachable", "no-unsafe-finally",
    "no-useless-backreference",
    "typescript/no-duplicate-enum-values", "typescript/no-misused-new",
    "unicorn/no-await-in-promise-methods", "unicorn/no-invalid-remove-event-listener", "unicorn/no-thenable",
    "react/jsx-key",
)  # fmt: skip
RULES = (*_HIGH, *_MEDIUM)
#: A test may try what must not work.
_FINE_IN_TESTS = frozenset({"no-eval", "no-self-assign", "no-sparse-arrays", "no-thenable", "no-unreachable"})
_SYNTAX = "invalid-syntax"
_HIGH_NAMES = frozenset(rule.rpartition("/")[2] for rule in _HIGH)


def wants(path: str) -> bool:
    return PurePosixPath(path).suffix in _SUFFIXES


def run(files: Sequence[SourceFile]) -> list[Finding]:
    with scratch_folder() as folder:
        origins = copy_into(folder, files, name_of=lambda path: f"module{path.suffix}")
        status, said = run_isolated(NAME, _argv(origins), folder=folder, timeout_seconds=TIMEOUT_SECONDS)
        if status not in (0, 1):  # 1: some file cannot be read
            raise AnalyzerFailed(NAME, f"ended with status {status}")
        with known_shape(NAME):
            reports = parsed(NAME, said)["diagnostics"]
            # A file that is no text is reported without a place.
            findings = [_finding(report, folder, origins) for report in reports if report["labels"]]
    return [finding for finding in findings if not _is_fine(finding)]


def _argv(copies: Iterable[str]) -> list[str]:
    """Each copy is named: in a folder it would leave out what a .gitignore somewhere above says, and find nothing."""
    chosen = [argument for rule in RULES for argument in ("-W", rule)]
    return [
        str(Path(sysconfig.get_path("scripts")) / "oxlint"),
        *("--react-plugin", "--disable-nested-config", "--no-ignore", "--threads=2", "--format", "json", "-A", "all"),
        *(*chosen, *copies),
    ]


def _finding(report: Mapping[str, Any], folder: Path, origins: Mapping[str, str]) -> Finding:
    name = _name(report.get("code", ""))
    span = report["labels"][0]["span"]
    return Finding(
        rule=f"{NAME}:{name}",
        path=origin_of(report["filename"], folder=folder, origins=origins, analyzer=NAME),
        line=int(span["line"]),
        end_line=int(span["line"]),
        severity=Severity.HIGH if name == _SYNTAX or name in _HIGH_NAMES else Severity.MEDIUM,
        message=" ".join(filter(None, (report["message"], report.get("help")))),
    )


def _name(code: str) -> str:
    """The rule of `eslint(use-isnan)`. What has no rule is no language."""
    return code.partition("(")[2].removesuffix(")") if code else _SYNTAX


def _is_fine(finding: Finding) -> bool:
    name = finding.rule.removeprefix(f"{NAME}:")
    if name == _SYNTAX:
        return PurePosixPath(finding.path).suffix not in _TYPESCRIPT
    return name in _FINE_IN_TESTS and is_test(finding.path)


OXLINT = Analyzer(NAME, wants, run)
