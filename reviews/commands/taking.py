"""Take a command: carry out what needs no network, remember that it was given, and have it answered by a job.

All of it is one transaction, the door's. A command is known by its comment: delivered again, late, or by another hook,
it is not carried out again, unless what it started has failed. Two commands about one pull request wait for each other
here. Which of them is the later is told by the code host's clock, not by their arrival.
"""

from collections.abc import Sequence
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
from reviews.commands.standing import ASKING, STOPPING, Standing, commands_about, heard, standing_after
from reviews.models import GivenCommand
from reviews.requests import PullRequestRef, cancel_reviews, request_review
from reviews.triggers import COMMAND

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
    """Ask for the reviews that are wanted since this command is known, or stop them when none is wanted any more."""
    known = commands_about(pull.repository_id, pull.number)
    wanted = heard(known)
    if given.command in ASKING and given not in wanted:
        return _refused(pull, given, known, delivery_id)
    answer = _answer(pull, given, _REACTIONS.get(Command(given.command), TAKEN), delivery_id)
    before = heard([other for other in known if other != given])
    asked = {ask: _asked(pull, ask, delivery_id) for ask in wanted if ask not in before}
    if given in asked:
        return asked[given]
    if given.command in STOPPING and wanted:
        return Taken(answer, "a later command was faster")
    if given.command in STOPPING:
        return Taken(answer, f"reviews cancelled: {_stopped(pull, given, known)}")
    return Taken(answer, "")


def _refused(
    pull: PullRequestRef, given: GivenCommand, known: Sequence[GivenCommand], delivery_id: str | None
) -> Taken:
    if standing_after(known[: known.index(given) + 1]) is Standing.IGNORED:
        answer = _answer(pull, given, CONFUSED, delivery_id)
        return Taken(answer, "no reviews of this pull request until somebody resumes them")
    return Taken(_answer(pull, given, TAKEN, delivery_id), "a later command was faster")


def _asked(pull: PullRequestRef, given: GivenCommand, delivery_id: str | None) -> Taken:
    purpose = purposes.full(given.comment_id) if given.command == Command.FULL else purposes.REVIEW
    asked = replace(pull, as_of=given.given_at)
    enqueued = request_review(asked, trigger=COMMAND, purpose=purpose, delivery_id=delivery_id)
    return Taken(enqueued.job.id, "" if enqueued.created else "a review of this is under way")


def _stopped(pull: PullRequestRef, given: GivenCommand, known: Sequence[GivenCommand]) -> int:
    """Cancel what was asked for until now, by commands as by events; where reviews are ignored, all there is.

    Of the same second: whoever wants a review stopped has seen that there is one.
    """
    latest = max(other.given_at for other in known if other.command in ASKING | STOPPING)
    until = None if standing_after(known) is Standing.IGNORED else latest + timedelta(seconds=1)
    reason = f"{given.command} was asked for in a comment"
    return cancel_reviews(replace(pull, as_of=until), reason=reason, actor="command")


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
