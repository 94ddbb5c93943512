"""What a delivery asks for: (event, action) → a decision. Pure.

What is not in ROUTES is ignored on purpose: GitHub has some 70 events and adds new ones. To act on another one,
write its function here and its value in payloads.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reviews.commands.parsing import Command, command_in
from reviews.comments import OURS
from reviews.eligibility import ADVICE, SkipReason
from webhooks.errors import PayloadInvalid
from webhooks.fields import object_at, text_at
from webhooks.payloads import IssueCommentEvent, PullRequestEvent, PushEvent

MAY_ASK = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
NO_COMMAND = "the comment holds no command"


@dataclass(frozen=True, slots=True)
class Ignore:
    reason: str


@dataclass(frozen=True, slots=True)
class Pong:
    """GitHub tells that the webhook was set up."""


@dataclass(frozen=True, slots=True)
class RequestReview:
    event: PullRequestEvent
    trigger: str


@dataclass(frozen=True, slots=True)
class TakeCommand:
    event: IssueCommentEvent
    command: Command


@dataclass(frozen=True, slots=True)
class CancelReviews:
    event: PullRequestEvent
    reason: str


@dataclass(frozen=True, slots=True)
class WarmGraph:
    event: PushEvent


Decision = Ignore | Pong | RequestReview | TakeCommand | CancelReviews | WarmGraph
Route = Callable[[Mapping[str, Any], str], Decision]


def decide(event: str, payload: Mapping[str, Any], *, command: str) -> Decision:
    """The decision; PayloadInvalid when the body is not what its event promises. `command`: how commands begin."""
    if event in SHAPES:
        object_at(payload, SHAPES[event])
    action = text_at(payload, "action") if "action" in payload else ""
    route = ROUTES.get((event, action))
    if not route:
        return Ignore(f"{event}{f' {action}' if action else ''} is not acted on")
    return route(payload, command)


def _review(payload: Mapping[str, Any], _command: str) -> Decision:
    """Drafts too: whether they are reviewed is for the configuration to say, which the door does not read."""
    event = PullRequestEvent.parse(payload)
    return RequestReview(event, trigger=event.action)


def _cancel(payload: Mapping[str, Any], _command: str) -> Decision:
    event = PullRequestEvent.parse(payload)
    return CancelReviews(event, reason=f"the pull request was {event.action.replace('_', ' ')}")


def _comment(payload: Mapping[str, Any], word: str) -> Decision:
    event = IssueCommentEvent.parse(payload)
    refusals = (
        (not event.on_pull_request, "the comment is not on a pull request"),
        (event.commenter_is_bot, "the comment is by a bot"),
        (OURS in event.body, "the comment is ours"),
        (word not in event.body, NO_COMMAND),
        (
            not (event.is_own_pull_request or event.commenter_association in MAY_ASK),
            "only the author of the pull request and those with access to the repository may give commands",
        ),
    )
    refused = next((reason for applies, reason in refusals if applies), None)
    return Ignore(refused) if refused else _command(event, word)


def _command(event: IssueCommentEvent, word: str) -> Decision:
    """Only comments of those who may give commands get here: telling a command costs more than all the rest."""
    command = command_in(event.body, word)
    if command is None:
        return Ignore(NO_COMMAND)
    if command in {Command.REVIEW, Command.FULL} and not event.is_open:
        return Ignore(_skipped(SkipReason.CLOSED))
    return TakeCommand(event, command)


def _push(payload: Mapping[str, Any], _command: str) -> Decision:
    event = PushEvent.parse(payload)
    if event.deleted or not event.is_to_default_branch:
        return Ignore("the push leaves the default branch where it is")
    return WarmGraph(event)


def _ping(payload: Mapping[str, Any], _command: str) -> Decision:
    if "hook" not in payload and "zen" not in payload:
        raise PayloadInvalid("hook is missing.")
    return Pong()


def _skipped(reason: SkipReason) -> str:
    return f"{reason}: {ADVICE[reason]}"


#: Which object a body must have for its event: a header may be forged, the signed body may not.
SHAPES = {
    "pull_request": "pull_request",
    "pull_request_review": "review",
    "pull_request_review_comment": "comment",
    "issue_comment": "comment",
    "issues": "issue",
    "push": "repository",
}

ROUTES: dict[tuple[str, str], Route] = {
    ("pull_request", "opened"): _review,
    ("pull_request", "synchronize"): _review,
    ("pull_request", "reopened"): _review,
    ("pull_request", "ready_for_review"): _review,
    ("pull_request", "converted_to_draft"): _review,
    ("pull_request", "closed"): _cancel,
    ("issue_comment", "created"): _comment,
    ("push", ""): _push,
    ("ping", ""): _ping,
}
ACTED_ON = frozenset(event for event, _ in ROUTES)
