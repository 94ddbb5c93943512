"""Which pull requests are reviewed. Pure: facts in, the first rule that forbids it out.

The order of RULES is fixed and documented: an author who asks "why not?" gets the first reason, always the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class SkipReason(StrEnum):
    CLOSED = "closed"
    IGNORED = "ignored"
    DRAFT = "draft"
    BOT_AUTHOR = "bot author"
    SUPERSEDED = "superseded"
    ALREADY_REVIEWED = "already reviewed"
    PAUSED = "paused"
    NOTHING_TO_REVIEW = "nothing to review"


ADVICE = {
    SkipReason.CLOSED: "Reopen the pull request to have it reviewed.",
    SkipReason.IGNORED: "Somebody asked for no more reviews here; `resume` with the review command ends that.",
    SkipReason.DRAFT: "Mark it ready for review, or ask with the review command.",
    SkipReason.BOT_AUTHOR: "Ask with the review command to have it reviewed all the same.",
    SkipReason.SUPERSEDED: "A newer commit was pushed; that one is reviewed instead.",
    SkipReason.ALREADY_REVIEWED: "Push a commit, or ask for `full` with the review command, to get another review.",
    SkipReason.PAUSED: "Ask with the review command to have it reviewed all the same; `resume` ends the pause.",
    SkipReason.NOTHING_TO_REVIEW: "The change holds only generated, vendored, lock, minified or binary files.",
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


def _is_bot(facts: Facts) -> bool:
    return facts.author_type == "Bot" or facts.author_login.endswith("[bot]")


RULES: tuple[tuple[SkipReason, Callable[[Facts], bool]], ...] = (
    (SkipReason.CLOSED, lambda facts: facts.state != "open"),
    (SkipReason.IGNORED, lambda facts: facts.is_ignored),
    (SkipReason.SUPERSEDED, lambda facts: not facts.is_head),
    (SkipReason.DRAFT, lambda facts: facts.is_draft and not facts.is_asked_for),
    (SkipReason.BOT_AUTHOR, lambda facts: _is_bot(facts) and not facts.is_asked_for),
    # A reviewed head keeps the check that says so.
    (SkipReason.ALREADY_REVIEWED, lambda facts: facts.is_reviewed),
    (SkipReason.PAUSED, lambda facts: facts.is_paused and not facts.is_asked_for),
)


def why_skipped(facts: Facts) -> SkipReason | None:
    """The first rule that forbids the review, or None when nothing does."""
    return next((reason for reason, forbids in RULES if forbids(facts)), None)
