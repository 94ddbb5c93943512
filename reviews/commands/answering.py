"""The job that answers a command: a reaction to its comment, and a reply where words are wanted.

The same reaction twice is one on GitHub; a reply is posted once, and found again by its marker. Where the comment is
gone or the conversation is locked, GitHub refuses both. The command was carried out all the same.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from integrations.github.errors import RequestRefused
from integrations.github.types import PullRequest
from jobs.attempts import Attempt
from jobs.models import WorkflowJob
from jobs.outcomes import Completed
from jobs.states import WorkflowType
from reviews.code_host import github
from reviews.commands.parsing import Command
from reviews.commands.replies import help_text, unknown_text, why_text
from reviews.configuration.reading import effective_configuration
from reviews.configuration.rendering import as_markdown
from reviews.context import Origin, ReviewContext
from reviews.effects import perform_once
from reviews.eligibility import SkipReason, why_not_wanted, why_skipped
from reviews.markers import marker
from reviews.models import Effect
from reviews.stages.resolve_pull_request import facts_of

#: How much earlier than its command a reply of ours may seem to have been written.
_LOOK_BACK = timedelta(minutes=1)


def answer(attempt: Attempt) -> Completed:
    asked = attempt.payload
    try:
        github().react(asked["repository"], asked["comment_id"], asked["reaction"], before_send=attempt.check)
        text = _text(attempt)
        reply_id = _reply(attempt, text) if text else ""
    except RequestRefused as error:
        return Completed({"outcome": "REFUSED", "reason": str(error)})
    return Completed({"outcome": "ANSWERED", "reaction": asked["reaction"], "reply_id": reply_id})


def _text(attempt: Attempt) -> str:
    """What to reply; nothing where the reaction says it all."""
    match attempt.payload["command"]:
        case Command.WHY:
            return _why(attempt)
        case Command.CONFIG:
            return _configuration(attempt)
        case Command.HELP:
            return help_text(settings.REVIEW_COMMAND)
        case Command.UNKNOWN:
            return unknown_text(settings.REVIEW_COMMAND)
        case _:
            return ""


def _why(attempt: Attempt) -> str:
    pull = _pull_request(attempt)
    reviews = WorkflowJob.objects.filter(
        workflow_type=WorkflowType.CODE_REVIEW, organization=attempt.organization, subject=attempt.subject
    )
    latest = reviews.order_by("-created_at").first()
    return why_text(pull.head_sha, _why_not(_context(attempt, pull), pull), latest, now=timezone.now())


def _configuration(attempt: Attempt) -> str:
    return as_markdown(effective_configuration(_context(attempt, _pull_request(attempt))))


def _pull_request(attempt: Attempt) -> PullRequest:
    return github().pull_request(attempt.payload["repository"], attempt.payload["number"])


def _why_not(context: ReviewContext, pull: PullRequest) -> SkipReason | None:
    """The first reason not to review it; the configuration is read only when no rule comes before it."""
    facts = facts_of(context, pull)
    return why_skipped(facts) or why_not_wanted(facts, effective_configuration(context).configuration.pull_requests)


def _context(attempt: Attempt, pull: PullRequest) -> ReviewContext:
    """What a review of this head would begin with, if nobody asked for it."""
    asked = attempt.payload
    return ReviewContext(
        origin=Origin.GITHUB,
        organization=attempt.organization,
        repository=pull.base_repository.full_name,
        repository_id=asked["repository_id"],
        number=asked["number"],
        base_sha=pull.base_sha,
        head_sha=pull.head_sha,
    )


def _reply(attempt: Attempt, text: str) -> str:
    asked = attempt.payload
    intent = Effect(
        repository_id=asked["repository_id"],
        number=asked["number"],
        head_sha="",
        purpose=f"reply {asked['comment_id']}",
        marker=marker("reply", asked["repository_id"], asked["number"], asked["comment_id"]),
    )
    return perform_once(
        attempt,
        intent,
        find=lambda sign: _find(attempt, sign),
        write=lambda sign: _write(attempt, f"{text}\n\n{sign}"),
    )


def _find(attempt: Attempt, sign: str) -> str | None:
    asked = attempt.payload
    since = datetime.fromisoformat(asked["given_at"]) - _LOOK_BACK
    comments = github().list_issue_comments(asked["repository"], asked["number"], since=since)
    return next((str(comment.id) for comment in comments if sign in comment.body), None)


def _write(attempt: Attempt, body: str) -> str:
    asked = attempt.payload
    comment = github().post_issue_comment(asked["repository"], asked["number"], body, before_send=attempt.check)
    return str(comment.id)
