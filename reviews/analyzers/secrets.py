"""Credentials in the change, found by detect-secrets. What is found is never repeated, only where it stands.

Only kinds that have a shape of their own: guessing by entropy or by the word "password" finds more examples than
secrets. Nothing is tried out at its provider.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from reviews.analyzers.copies import copy_into, origin_of
from reviews.analyzers.isolation import run_isolated
from reviews.analyzers.places import is_documentation, is_test
from reviews.analyzers.reported import known_shape, parsed
from reviews.analyzers.scratch import scratch_folder
from reviews.analyzers.shape import Analyzer, AnalyzerFailed, SourceFile
from reviews.findings import Finding, Severity

NAME = "detect-secrets"
TIMEOUT_SECONDS = 60
#: Guesses, addresses, and credentials without a shape.
_WITHOUT = (
    "Base64HighEntropyString", "HexHighEntropyString", "KeywordDetector", "IPPublicDetector",
    "CloudantDetector", "IbmCloudIamDetector", "IbmCosHmacDetector", "SoftlayerDetector",
)  # fmt: skip
#: What tests and documents make up in order to have some.
_MADE_UP = frozenset({"basic-auth-credentials", "json-web-token", "private-key"})
#: A password for a host that is nobody's, or one's own machine.
_NOBODYS = re.compile(rb"@(?:localhost|127\.0\.0\.1|\[::1\]|(?:[\w-]+\.)*example\.(?:com|org|net))\b")
#: The time of the tool grows with the square of a run of blanks, and no credential holds one.
_BLANKS = re.compile(rb"[^\S\r\n]{2,}")


def run(files: Sequence[SourceFile]) -> list[Finding]:
    with scratch_folder() as folder:
        flat = [SourceFile(file.path, _BLANKS.sub(b" ", file.content)) for file in files]
        origins = copy_into(folder, flat, name_of=_name_of)
        status, said = run_isolated(NAME, _argv(), folder=folder, timeout_seconds=TIMEOUT_SECONDS)
        if status != 0:
            raise AnalyzerFailed(NAME, f"ended with status {status}")
        with known_shape(NAME):
            reports = [report for found in parsed(NAME, said)["results"].values() for report in found]
            findings = [_finding(report, folder, origins) for report in reports]
    lines = {file.path: file.content.splitlines() for file in files}
    return [finding for finding in findings if not _is_fine(finding, lines[finding.path])]


def _name_of(path: PurePosixPath) -> str:
    """Some detectors read a file by its kind."""
    return f"file{path.suffix if path.suffix.isascii() and len(path.suffix) < 8 else ''}"  # noqa: PLR2004 - no kind has a longer one


def _argv() -> list[str]:
    left_out = [argument for name in _WITHOUT for argument in ("--disable-plugin", name)]
    return [sys.executable, "-I", "-m", "detect_secrets", "scan", "--all-files", "--no-verify", *left_out, "."]


def _finding(report: Mapping[str, Any], folder: Path, origins: Mapping[str, str]) -> Finding:
    line = int(report["line_number"])
    return Finding(
        rule=f"{NAME}:{str(report['type']).lower().replace(' ', '-')}",
        path=origin_of(report["filename"], folder=folder, origins=origins, analyzer=NAME),
        line=line,
        end_line=line,
        severity=Severity.CRITICAL,
        message=f"This looks like a credential ({report['type']}). If it is real, revoke it: it stays in the history.",
    )


def _is_fine(finding: Finding, lines: Sequence[bytes]) -> bool:
    kind = finding.rule.removeprefix(f"{NAME}:")
    if kind in _MADE_UP and (is_test(finding.path) or is_documentation(finding.path)):
        return True
    line = b"".join(lines[finding.line - 1 : finding.line])
    return kind == "basic-auth-credentials" and _NOBODYS.search(line) is not None


SECRETS = Analyzer(NAME, lambda _path: True, run)
