"""What a delivery asks for: (event, action) → a decision. Pure.

What is not in ROUTES is ignored on purpose: GitHub has some 70 events and adds new ones. To act on another one,
write its function here and its value in payloads.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reviews.eligibility import ADVICE, SkipReason
from reviews.triggers import COMMAND
from webhooks.errors import PayloadInvalid
from webhooks.fields import object_at, text_at
from webhooks.payloads import IssueCommentEvent, PullRequestEvent, PushEvent

MAY_ASK = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})


@dataclass(frozen=True, slots=True)
class Ignore:
    reason: str


@dataclass(frozen=True, slots=True)
class Pong:
    """GitHub tells that the webhook was set up."""


@dataclass(frozen=True, slots=True)
class RequestReview:
    event: PullRequestEvent | IssueCommentEvent
    trigger: str


@dataclass(frozen=True, slots=True)
class CancelReviews:
    event: PullRequestEvent
    reason: str


@dataclass(frozen=True, slots=True)
class WarmGraph:
    event: PushEvent


Decision = Ignore | Pong | RequestReview | CancelReviews | WarmGraph
Route = Callable[[Mapping[str, Any], str], Decision]


def decide(event: str, payload: Mapping[str, Any], *, command: str) -> Decision:
    """The decision; PayloadInvalid when the body is not what its event promises. `command`: how a comment asks."""
    if event in SHAPES:
        object_at(payload, SHAPES[event])
    action = text_at(payload, "action") if "action" in payload else ""
    route = ROUTES.get((event, action))
    if not route:
        return Ignore(f"{event}{f' {action}' if action else ''} is not acted on")
    return route(payload, command)


def _review(payload: Mapping[str, Any], _command: str) -> Decision:
    event = PullRequestEvent.parse(payload)
    if event.draft:
        return Ignore(_skipped(SkipReason.DRAFT))
    return RequestReview(event, trigger=event.action)


def _cancel(payload: Mapping[str, Any], _command: str) -> Decision:
    event = PullRequestEvent.parse(payload)
    return CancelReviews(event, reason=f"the pull request was {event.action.replace('_', ' ')}")


def _comment(payload: Mapping[str, Any], command: str) -> Decision:
    event = IssueCommentEvent.parse(payload)
    refusals = (
        (not event.on_pull_request, "the comment is not on a pull request"),
        (event.author_is_bot, "the comment is by a bot"),
        (not asks_for_review(event.body, command), "the comment does not ask for a review"),
        (not event.is_open, _skipped(SkipReason.CLOSED)),
        (
            not (event.is_own_pull_request or event.author_association in MAY_ASK),
            "only the author of the pull request and those with access to the repository may ask for a review",
        ),
    )
    refused = next((reason for applies, reason in refusals if applies), None)
    return Ignore(refused) if refused else RequestReview(event, trigger=COMMAND)


def _push(payload: Mapping[str, Any], _command: str) -> Decision:
    event = PushEvent.parse(payload)
    if event.deleted or not event.is_to_default_branch:
        return Ignore("the push leaves the default branch where it is")
    return WarmGraph(event)


def _ping(payload: Mapping[str, Any], _command: str) -> Decision:
    if "hook" not in payload and "zen" not in payload:
        raise PayloadInvalid("hook is missing.")
    return Pong()


def asks_for_review(comment: str, command: str) -> bool:
    """Whether the comment's first line is the command: not quoted, not code, maybe with words after it."""
    first_line = comment.lstrip("\r\n").partition("\n")[0]
    indented = len(first_line) - len(first_line.lstrip()) > 3 or first_line.startswith("\t")  # noqa: PLR2004 - Markdown's code block
    return not indented and first_line.split(maxsplit=1)[:1] == [command]


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
    ("pull_request", "converted_to_draft"): _cancel,
    ("pull_request", "closed"): _cancel,
    ("issue_comment", "created"): _comment,
    ("push", ""): _push,
    ("ping", ""): _ping,
}
