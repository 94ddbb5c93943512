"""Zizmor, for GitHub's workflows and actions: the audits that tell how a stranger gets in.

Offline, without configuration. What it only advises (pinning, narrower permissions) is not asked for: a reviewer who
nags about every workflow is not read when one is dangerous.
"""

import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from reviews.analyzers.copies import copy_into, origin_of
from reviews.analyzers.isolation import run_isolated
from reviews.analyzers.places import is_workflow
from reviews.analyzers.reported import known_shape, parsed
from reviews.analyzers.scratch import scratch_folder
from reviews.analyzers.shape import Analyzer, AnalyzerFailed, SourceFile
from reviews.findings import Finding, Severity

NAME = "zizmor"
TIMEOUT_SECONDS = 60
_INJECTION = "template-injection"
AUDITS = frozenset(
    {
        "bot-conditions",
        "cache-poisoning",
        "dangerous-triggers",
        "github-env",
        "hardcoded-container-credentials",
        "insecure-commands",
        "overprovisioned-secrets",
        _INJECTION,
        "unredacted-secrets",
        "unsound-condition",
        "unsound-contains",
    }
)
#: None of the files is a workflow or an action; GitHub says so itself.
_NOTHING_TO_READ = 3
_SEVERITIES = {"High": Severity.HIGH, "Medium": Severity.MEDIUM}


def run(files: Sequence[SourceFile]) -> list[Finding]:
    with scratch_folder() as folder:
        origins = copy_into(folder, files, name_of=_name_of)
        status, said = run_isolated(NAME, _argv(origins), folder=folder, timeout_seconds=TIMEOUT_SECONDS)
        if status == _NOTHING_TO_READ:
            return []
        if status != 0:
            raise AnalyzerFailed(NAME, f"ended with status {status}")
        with known_shape(NAME):
            return [_finding(report, folder, origins) for report in parsed(NAME, said) if _is_told(report)]


def _name_of(path: PurePosixPath) -> str:
    return f"action{path.suffix}" if path.stem == "action" else f"workflow{path.suffix}"


def _argv(copies: Mapping[str, str]) -> list[str]:
    return [
        str(Path(sysconfig.get_path("scripts")) / "zizmor"),
        *("--offline", "--no-config", "--no-progress", "--no-exit-codes", "--quiet", "--format", "json"),
        *("--min-severity", "medium", "--min-confidence", "medium", *copies),
    ]


def _is_told(report: Mapping[str, Any]) -> bool:
    if report["ident"] == _INJECTION and report["determinations"]["confidence"] != "High":
        return False  # a matrix that another job made, an input: nobody knows whether a stranger fills it
    return report["ident"] in AUDITS and not report["ignored"]


def _finding(report: Mapping[str, Any], folder: Path, origins: Mapping[str, str]) -> Finding:
    location = next(place for place in report["locations"] if place["symbolic"]["kind"] == "Primary")
    span = location["concrete"]["location"]
    copy = location["symbolic"]["key"]["Local"]["verbatim_path"]
    return Finding(
        rule=f"{NAME}:{report['ident']}",
        path=origin_of(copy, folder=folder, origins=origins, analyzer=NAME),
        line=span["start_point"]["row"] + 1,
        end_line=span["end_point"]["row"] + 1,
        severity=_SEVERITIES[report["determinations"]["severity"]],
        message=f"{_sentence(report['desc'])} {_sentence(location['symbolic']['annotation'])}",
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


ZIZMOR = Analyzer(NAME, is_workflow, run)
