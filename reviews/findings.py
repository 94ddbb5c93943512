"""Findings and the funnel all of them pass, whatever found them. Pure.

The order is fixed: duplicates, already posted, rules nobody wants, severity floor, position on the diff, limit.
Nothing vanishes: each finding leaves the funnel with a placement and, unless it becomes an inline comment, the reason
why not.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self

INLINE_LIMIT = 10


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Placement(StrEnum):
    """INLINE: a comment on its line. BODY: listed in the review's text. DROPPED: recorded, not shown."""

    INLINE = "inline"
    BODY = "body"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the author should look at. `message` is plain text with names in `backticks`; it holds no code."""

    rule: str
    path: str
    line: int
    end_line: int
    severity: Severity
    message: str
    fingerprint: str = ""
    placement: Placement = Placement.INLINE
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        words = {"severity": Severity(stored["severity"]), "placement": Placement(stored["placement"])}
        return cls(**{**stored, **words})

    def placed(self, placement: Placement, reason: str) -> Self:
        return replace(self, placement=placement, reason=reason)


def most_severe_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (-finding.severity.rank, finding.path, finding.line, finding.rule))


def fingerprinted(findings: Iterable[Finding], lines_of: Mapping[str, Sequence[str]]) -> list[Finding]:
    """The findings with a fingerprint of rule, path and code: the same after lines above moved it.

    `lines_of` holds the head's lines by path. Equal code with the same rule in one file is told apart by its order.
    """
    seen: Counter[str] = Counter()
    marked = []
    for finding in sorted(findings, key=lambda finding: (finding.path, finding.line, finding.rule)):
        mark = _digest(finding, lines_of.get(finding.path, ()))
        seen[mark] += 1
        marked.append(replace(finding, fingerprint=f"{mark}-{seen[mark]}"))
    return marked


def _digest(finding: Finding, lines: Sequence[str]) -> str:
    code = " ".join(" ".join(lines[finding.line - 1 : finding.line]).split())
    about = code or finding.message
    return hashlib.sha256(f"{finding.rule}\0{finding.path}\0{about}".encode()).hexdigest()[:24]


def funnel(
    findings: Iterable[Finding],
    *,
    commentable: Mapping[str, Collection[int]],
    posted: Collection[str],
    is_wanted: Callable[[str], bool] = lambda _rule: True,
    floor: Severity = Severity.LOW,
    limit: int = INLINE_LIMIT,
) -> list[Finding]:
    """Place each fingerprinted finding; most severe first.

    `commentable` holds, by path, the new-side lines the code host accepts a comment on; `posted` the fingerprints
    this pull request was already told. `is_wanted` says whether findings of a rule are told.
    """
    places: set[tuple[str, str, int, str]] = set()
    placed: list[Finding] = []
    free = limit
    for finding in most_severe_first(findings):
        place = (finding.rule, finding.path, finding.line, finding.message)
        result = _place(
            finding,
            commentable=commentable,
            posted=posted,
            is_wanted=is_wanted,
            floor=floor,
            twice=place in places,
        )
        if result.placement is Placement.INLINE and not free:
            result = result.placed(Placement.BODY, f"over the limit of {limit} comments")
        free -= result.placement is Placement.INLINE
        places.add(place)
        placed.append(result)
    return placed


def _place(
    finding: Finding,
    *,
    commentable: Mapping[str, Collection[int]],
    posted: Collection[str],
    is_wanted: Callable[[str], bool],
    floor: Severity,
    twice: bool,
) -> Finding:
    if twice:
        return finding.placed(Placement.DROPPED, "the same on the same line")
    if finding.fingerprint in posted:
        return finding.placed(Placement.DROPPED, "already posted on this pull request")
    if not is_wanted(finding.rule):
        return finding.placed(Placement.DROPPED, "the configuration leaves out this rule")
    if finding.severity.rank < floor.rank:
        return finding.placed(Placement.DROPPED, f"below the severity floor ({floor})")
    if finding.line not in commentable.get(finding.path, ()):
        return finding.placed(Placement.BODY, "its line is not part of the diff")
    return finding
