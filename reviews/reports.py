"""The findings of a local review as text, JSON or SARIF 2.1.0. Pure.

SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reviews.comments import plain
from reviews.findings import Finding, Severity

_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SARIF_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a review. `findings` are those worth showing, most severe first."""

    outcome: str
    reason: str
    base_sha: str
    head_sha: str
    files: int
    findings: Sequence[Finding]


def as_text(report: Report) -> str:
    lines = [
        f"{_flat(finding.path)}:{finding.line}: {finding.severity}: {_flat(finding.message)} [{finding.rule}]"
        for finding in report.findings
    ]
    return "\n".join([*lines, _summary(report)]) + "\n"


def as_json(report: Report) -> str:
    said = {
        "outcome": report.outcome,
        "reason": report.reason,
        "base_sha": report.base_sha,
        "head_sha": report.head_sha,
        "files": report.files,
        "findings": [
            {
                "rule": finding.rule,
                "path": finding.path,
                "line": finding.line,
                "end_line": finding.end_line,
                "severity": finding.severity.value,
                "message": plain(finding.message),
                "fingerprint": finding.fingerprint,
            }
            for finding in report.findings
        ],
    }
    return json.dumps(said, indent=2) + "\n"


def as_sarif(report: Report) -> str:
    rules = sorted({finding.rule for finding in report.findings})
    notes = [{"level": "warning", "message": {"text": report.reason}}] if report.reason else []
    run = {
        "tool": {"driver": {"name": "kodus-queue", "rules": [{"id": rule} for rule in rules]}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [_sarif_result(finding, rules.index(finding.rule)) for finding in report.findings],
    }
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


FORMATS: dict[str, Callable[[Report], str]] = {"text": as_text, "json": as_json, "sarif": as_sarif}


def _sarif_result(finding: Finding, rule_index: int) -> dict[str, Any]:
    region = {"startLine": max(finding.line, 1), "endLine": max(finding.end_line, finding.line, 1)}
    place = {"artifactLocation": {"uri": quote(finding.path), "uriBaseId": "%SRCROOT%"}, "region": region}
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _SARIF_LEVEL[finding.severity],
        "message": {"text": plain(finding.message)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"kodusQueue/v1": finding.fingerprint},
    }


def _summary(report: Report) -> str:
    count = len(report.findings)
    counted = (
        f"{count or 'no'} finding{'' if count == 1 else 's'} in {report.files} file{'' if report.files == 1 else 's'}"
    )
    reason = f" ({_flat(report.reason)})" if report.reason else ""
    return f"{report.outcome}{reason}: {counted}"


def _flat(text: str) -> str:
    return " ".join(plain(text).split())
