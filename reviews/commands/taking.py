"""Take a command: carry out what needs no network, remember that it was given, and have it answered by a job.

All of it is one transaction, the door's. A command is known by its comment: delivered again, late, or by another hook,
it is not carried out again, unless what it started has failed. Two commands about one pull request wait for each other
here. Which of them is the later is told by the code host's clock, not by their arrival.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone

from jobs.enqueue import enqueue
from jobs.states import JobStatus, WorkflowType
from reviews import purposes
from reviews.code_host import gates_of
from reviews.commands.parsing import Command
from reviews.commands.standing import Standing, later_than, next_change_after, standing_at
from reviews.models import GivenCommand
from reviews.requests import PullRequestRef, cancel_reviews, request_review
from reviews.triggers import COMMAND

ASKING = frozenset({Command.REVIEW, Command.FULL, Command.RESUME})
STOPPING = frozenset({Command.CANCEL, Command.IGNORE})

#: A command that arrives after a later one of these has nothing more to do.
_OVERTAKEN_BY = {
    **dict.fromkeys(ASKING, STOPPING),
    Command.CANCEL: ASKING,
    Command.IGNORE: frozenset({Command.RESUME}),
}

TAKEN, DONE, CONFUSED = "eyes", "+1", "confused"
_REACTIONS = {
    **dict.fromkeys((Command.PAUSE, Command.RESUME, Command.CANCEL, Command.IGNORE), DONE),
    Command.UNKNOWN: CONFUSED,
}


@dataclass(frozen=True, slots=True)
class Comment:
    """Where a command was given. `at` is on the code host's clock; None when it was not told."""

    id: int
    author: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """The job is the review that was asked for, else the one that answers; `told` says what became of the command."""

    job_id: UUID | None
    told: str


def take(pull: PullRequestRef, command: Command, comment: Comment, *, delivery_id: str | None = None) -> Taken:
    """Carry the command out, in the caller's transaction. `pull` names no head: the command is about what is there."""
    _wait_for_others(pull)
    given, is_new = GivenCommand.objects.select_related("job").get_or_create(
        repository_id=pull.repository_id,
        comment_id=comment.id,
        defaults={
            "number": pull.number,
            "command": command,
            "given_by": comment.author,
            "given_at": comment.at or timezone.now(),
        },
    )
    if not is_new and not (given.job and given.job.status == JobStatus.FAILED):
        return Taken(given.job_id, "this command was taken before")
    taken = _carried_out(pull, given, delivery_id)
    given.job_id = taken.job_id
    given.save(update_fields=["job"])
    return taken


def _carried_out(pull: PullRequestRef, given: GivenCommand, delivery_id: str | None) -> Taken:
    command = Command(given.command)
    if command in {Command.REVIEW, Command.FULL} and standing_at(given) is Standing.IGNORED:
        answer = _answer(pull, given, CONFUSED, delivery_id)
        return Taken(answer, "no reviews of this pull request until somebody resumes them")
    answer = _answer(pull, given, _REACTIONS.get(command, TAKEN), delivery_id)
    if _is_overtaken(given):
        return Taken(answer, "a later command was faster")
    if command in ASKING:
        return _asked(pull, given, delivery_id)
    if command in STOPPING:
        return Taken(answer, f"reviews cancelled: {_stopped(pull, given)}")
    return Taken(answer, "")


def _asked(pull: PullRequestRef, given: GivenCommand, delivery_id: str | None) -> Taken:
    purpose = purposes.full(given.comment_id) if given.command == Command.FULL else purposes.REVIEW
    enqueued = request_review(pull, trigger=COMMAND, purpose=purpose, delivery_id=delivery_id)
    return Taken(enqueued.job.id, "" if enqueued.created else "a review of this is under way")


def _stopped(pull: PullRequestRef, given: GivenCommand) -> int:
    seen = replace(pull, as_of=_stops_until(given))
    return cancel_reviews(seen, reason=f"{given.command} was asked for in a comment", actor="command")


def _stops_until(given: GivenCommand) -> datetime | None:
    """The moment before which whatever was asked for is stopped; None when there is none."""
    if given.command == Command.IGNORE:
        return next_change_after(given)
    # Of the same second: whoever wants a review stopped has seen that there is one.
    return given.given_at + timedelta(seconds=1)


def _is_overtaken(given: GivenCommand) -> bool:
    return GivenCommand.objects.filter(
        later_than(given),
        repository_id=given.repository_id,
        number=given.number,
        command__in=_OVERTAKEN_BY.get(Command(given.command), ()),
    ).exists()


def _answer(pull: PullRequestRef, given: GivenCommand, reaction: str, delivery_id: str | None) -> UUID:
    return enqueue(
        WorkflowType.COMMAND_ANSWER,
        {
            "repository": pull.repository,
            "repository_id": pull.repository_id,
            "number": pull.number,
            "comment_id": given.comment_id,
            "command": given.command,
            "reaction": reaction,
            "given_at": given.given_at.isoformat(),
        },
        dedupe_key=f"{pull.repository_id}, comment {given.comment_id}",
        organization=pull.organization,
        subject=pull.subject,
        correlation_id=delivery_id,
        gates=gates_of(pull.installation_id),
    ).job.id


def _wait_for_others(pull: PullRequestRef) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"commands {pull.dedupe_key}"])
