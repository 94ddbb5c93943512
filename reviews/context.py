"""What the stages of a review hand to each other: one frozen value, stored as JSON after each stage.

It holds ids, paths, findings and the configuration, never code: the diff is read from the mirror again where it is
needed. VERSION grows with every change of its shape; a checkpoint of another version is not read and the review starts
over, which is safe because each effect happens once (effects.py).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, Self

from reviews import purposes
from reviews.configuration.declaration import DEFAULTS, Configuration
from reviews.configuration.validation import configuration_of
from reviews.eligibility import Facts
from reviews.findings import Finding

VERSION = 5


class Origin(StrEnum):
    """GITHUB: a pull request. LOCAL: two commits of a repository on this machine; nothing is posted."""

    GITHUB = "github"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """`done` names the last finished stage; `shortfalls` say what is missing from a partial review, `notes` what is to
    be known of its configuration.
    """

    origin: Origin
    organization: str
    repository: str
    head_sha: str
    base_sha: str = ""
    #: Where the two sides parted; the change is the diff from here to the head.
    merge_base: str = ""
    repository_id: int | None = None
    number: int | None = None
    path: str = ""
    trigger: str = ""
    purpose: str = purposes.REVIEW
    done: str = ""
    #: The pull request as it was when the review began; None for a local review.
    facts: Facts | None = None
    configuration: Configuration = DEFAULTS
    #: The files that say so, as people know them: ".kodus.yml". None of them: all is by default.
    configured_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    #: Path and why it is not reviewed.
    left_out: tuple[tuple[str, str], ...] = ()
    graph: bool = False
    findings: tuple[Finding, ...] = ()
    shortfalls: tuple[str, ...] = ()
    skipped: str = ""
    github_review_id: str = ""
    #: Digests of findings told earlier that stand on lines which the change does not add.
    lasting: tuple[str, ...] = ()
    #: What became of findings told earlier, and what people think of them, in sentences.
    settled: tuple[str, ...] = ()
    #: The id of the summary comment, where it tells of this head.
    summary_id: str = ""

    @property
    def is_local(self) -> bool:
        return self.origin is Origin.LOCAL

    @property
    def where(self) -> tuple[int, int]:
        """The pull request as the code host's ids: repository and number. Not for local reviews."""
        if self.repository_id is None or self.number is None:
            raise ValueError("a local review has no pull request")
        return self.repository_id, self.number

    def with_shortfall(self, text: str) -> Self:
        return self if text in self.shortfalls else replace(self, shortfalls=(*self.shortfalls, text))

    def to_json(self) -> dict[str, Any]:
        stored = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **stored,
            "version": VERSION,
            "facts": self.facts and self.facts.to_json(),
            "configuration": asdict(self.configuration),
            "configured_by": list(self.configured_by),
            "notes": list(self.notes),
            "files": list(self.files),
            "left_out": [list(pair) for pair in self.left_out],
            "shortfalls": list(self.shortfalls),
            "lasting": list(self.lasting),
            "settled": list(self.settled),
            "findings": [finding.to_json() for finding in self.findings],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Self | None:
        """The stored context, or None when there is none or another version wrote it."""
        if not stored or stored.get("version") != VERSION:
            return None
        known = {key: value for key, value in stored.items() if key != "version"}
        return cls(
            **{
                **known,
                "origin": Origin(stored["origin"]),
                "facts": Facts.from_json(stored["facts"]) if stored["facts"] else None,
                "configuration": configuration_of(stored["configuration"]),
                "configured_by": tuple(stored["configured_by"]),
                "notes": tuple(stored["notes"]),
                "files": tuple(stored["files"]),
                "left_out": tuple((path, why) for path, why in stored["left_out"]),
                "shortfalls": tuple(stored["shortfalls"]),
                "lasting": tuple(stored["lasting"]),
                "settled": tuple(stored["settled"]),
                "findings": tuple(Finding.from_json(finding) for finding in stored["findings"]),
            }
        )
