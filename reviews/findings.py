"""Findings and the funnel all of them pass, whatever found them. Pure.

The order is fixed: duplicates, rules nobody wants, severity floor, told before, unchanged since the last review,
position on the diff, limit.
Nothing vanishes: each finding leaves the funnel with a placement and, unless it becomes an inline comment, the reason
why not.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

INLINE_LIMIT = 10
NO_NAMES: Mapping[str, str] = MappingProxyType({})


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Placement(StrEnum):
    """INLINE: a comment on its line. BODY: listed in the summary. TOLD: in a comment of an earlier review, and still
    there. DROPPED: recorded, not shown.
    """

    INLINE = "inline"
    BODY = "body"
    TOLD = "told"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the author should look at. `message` is plain text with names in `backticks`; it holds no code.

    `comment_id` is that of the comment on its line, once it is there. `unchanged_since` names the head that was
    reviewed and since which neither its line nor what it is about has changed.
    """

    rule: str
    path: str
    line: int
    end_line: int
    severity: Severity
    message: str
    fingerprint: str = ""
    placement: Placement = Placement.INLINE
    reason: str = ""
    comment_id: int | None = None
    unchanged_since: str = ""

    @property
    def is_open(self) -> bool:
        """The author was told, now or earlier, and it is still there."""
        return self.placement is not Placement.DROPPED

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


def fingerprinted(
    findings: Iterable[Finding], lines_of: Mapping[str, Sequence[str]], *, names: Mapping[str, str] = NO_NAMES
) -> list[Finding]:
    """The findings with a fingerprint of rule, path and code: the same after lines above moved it.

    `lines_of` holds the head's lines by path. Equal code with the same rule in one file is told apart by its order.
    `names` holds the earlier paths of renamed files: what was told there keeps its fingerprint.
    """
    seen: Counter[str] = Counter()
    marked = []
    for finding in sorted(findings, key=lambda finding: (finding.path, finding.line, finding.rule)):
        mark = digest(finding, lines_of.get(finding.path, ()), path=names.get(finding.path, finding.path))
        seen[mark] += 1
        marked.append(replace(finding, fingerprint=f"{mark}-{seen[mark]}"))
    return marked


def digest(finding: Finding, lines: Sequence[str], *, path: str) -> str:
    """A fingerprint without the order of equal ones."""
    code = " ".join(" ".join(lines[finding.line - 1 : finding.line]).split())
    about = code or finding.message
    return hashlib.sha256(f"{finding.rule}\0{path}\0{about}".encode()).hexdigest()[:24]


def digest_of(fingerprint: str) -> str:
    return fingerprint.rpartition("-")[0]


def funnel(
    findings: Iterable[Finding],
    *,
    commentable: Mapping[str, Collection[int]],
    posted: Mapping[str, Placement],
    is_wanted: Callable[[str], bool] = lambda _rule: True,
    floor: Severity = Severity.LOW,
    limit: int = INLINE_LIMIT,
) -> list[Finding]:
    """Place each fingerprinted finding; most severe first.

    `commentable` holds, by path, the new-side lines the code host accepts a comment on; `posted`, by
    fingerprint, how this pull request was told already. `is_wanted` says whether findings of a rule are told.
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
    posted: Mapping[str, Placement],
    is_wanted: Callable[[str], bool],
    floor: Severity,
    twice: bool,
) -> Finding:
    if why := _why_dropped(finding, is_wanted, floor, twice=twice):
        return finding.placed(Placement.DROPPED, why)
    before = posted.get(finding.fingerprint)
    if before is Placement.INLINE:
        return finding.placed(Placement.TOLD, "already posted on this pull request")
    if before is Placement.BODY:
        return finding.placed(Placement.BODY, "listed before")
    if finding.unchanged_since:
        return finding.placed(Placement.DROPPED, f"unchanged since {finding.unchanged_since[:10]} was reviewed")
    if finding.line not in commentable.get(finding.path, ()):
        return finding.placed(Placement.BODY, "its line is not part of the diff")
    return finding


def _why_dropped(finding: Finding, is_wanted: Callable[[str], bool], floor: Severity, *, twice: bool) -> str:
    if twice:
        return "the same on the same line"
    if not is_wanted(finding.rule):
        return "the configuration leaves out this rule"
    if finding.severity.rank < floor.rank:
        return f"below the severity floor ({floor})"
    return ""
