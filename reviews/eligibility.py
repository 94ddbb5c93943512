"""Which pull requests are reviewed. Pure: facts in, the first rule that forbids it out.

The order of the rules is fixed and documented: an author who asks "why not?" gets the first reason, always the same.
RULES hold everywhere and are asked first; CHOICES are what a configuration decides, and a person who asks for a review
by comment overrules them.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from reviews.configuration.declaration import PullRequests


class SkipReason(StrEnum):
    CLOSED = "closed"
    LOCKED = "locked"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"
    ALREADY_REVIEWED = "already reviewed"
    PAUSED = "paused"
    DRAFT = "draft"
    BOT_AUTHOR = "bot author"
    BRANCH = "branch"
    LABELS = "labels"
    TITLE = "title"
    NOTHING_TO_REVIEW = "nothing to review"


ADVICE = {
    SkipReason.CLOSED: "Reopen the pull request to have it reviewed.",
    SkipReason.LOCKED: "Unlock the conversation, and ask with the review command.",
    SkipReason.IGNORED: "Somebody asked for no more reviews here; `resume` with the review command ends that.",
    SkipReason.SUPERSEDED: "A newer commit was pushed; that one is reviewed instead.",
    SkipReason.ALREADY_REVIEWED: "Push a commit, or ask for `full` with the review command, to get another review.",
    SkipReason.PAUSED: "Ask with the review command to have it reviewed all the same; `resume` ends the pause.",
    SkipReason.DRAFT: "Mark it ready for review, or ask with the review command.",
    SkipReason.BOT_AUTHOR: "Ask with the review command to have it reviewed all the same.",
    SkipReason.BRANCH: "The configuration leaves out pull requests into this branch. Ask with the review command.",
    SkipReason.LABELS: "The configuration leaves it out by its labels. Ask with the review command.",
    SkipReason.TITLE: "The configuration leaves it out by its title. Ask with the review command.",
    SkipReason.NOTHING_TO_REVIEW: "The change holds only files that are generated, vendored, lock, minified or binary,"
    " or that the configuration leaves out.",
}


class Skip(Exception):
    """This pull request is not reviewed, on purpose. An answer a stage may give, not an error."""

    def __init__(self, reason: SkipReason) -> None:
        super().__init__(reason.value)
        self.reason = reason

    @property
    def advice(self) -> str:
        return ADVICE[self.reason]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask about one pull request. `is_asked_for`: a person gave the review command."""

    state: str
    is_draft: bool
    author_type: str
    author_login: str
    is_head: bool
    is_reviewed: bool
    is_asked_for: bool
    is_paused: bool
    is_ignored: bool
    branch: str = ""
    labels: tuple[str, ...] = ()
    title: str = ""
    is_locked: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "labels": list(self.labels)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "labels": tuple(stored["labels"])})


def _is_bot(facts: Facts) -> bool:
    return facts.author_type == "Bot" or facts.author_login.endswith("[bot]")


RULES: tuple[tuple[SkipReason, Callable[[Facts], bool]], ...] = (
    (SkipReason.CLOSED, lambda facts: facts.state != "open"),
    (SkipReason.LOCKED, lambda facts: facts.is_locked),
    (SkipReason.IGNORED, lambda facts: facts.is_ignored),
    (SkipReason.SUPERSEDED, lambda facts: not facts.is_head),
    # A reviewed head keeps the check that says so.
    (SkipReason.ALREADY_REVIEWED, lambda facts: facts.is_reviewed),
    (SkipReason.PAUSED, lambda facts: facts.is_paused and not facts.is_asked_for),
)
CHOICES: tuple[tuple[SkipReason, Callable[[Facts, PullRequests], bool]], ...] = (
    (SkipReason.DRAFT, lambda facts, wanted: facts.is_draft and not wanted.drafts),
    (SkipReason.BOT_AUTHOR, lambda facts, wanted: _is_bot(facts) and not wanted.bots),
    (SkipReason.BRANCH, lambda facts, wanted: not wanted.branches.takes(facts.branch)),
    (SkipReason.LABELS, lambda facts, wanted: not wanted.labels.takes(*facts.labels)),
    (SkipReason.TITLE, lambda facts, wanted: not wanted.titles.takes(facts.title)),
)


def why_skipped(facts: Facts) -> SkipReason | None:
    """The first rule that forbids the review, or None when nothing does."""
    return next((reason for reason, forbids in RULES if forbids(facts)), None)


def why_not_wanted(facts: Facts, wanted: PullRequests) -> SkipReason | None:
    """The first choice of the configuration that is against the review, or None."""
    if facts.is_asked_for:
        return None
    return next((reason for reason, is_against in CHOICES if is_against(facts, wanted)), None)
