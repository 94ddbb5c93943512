"""What is replied to a command, as markdown. Pure: rows and a clock in.

Nothing in it mentions, links or begins like a command: our own words must not call anybody, least of all us. What the
operators are told about a job (jobs/explain.py) names workers and errors; here an author is told what to expect. What
is replied to `config` is in reviews/configuration/rendering.py.
"""

from datetime import datetime

from jobs.models import WorkflowJob
from jobs.states import JobStatus
from jobs.transitions import GATE_CLOSED
from reviews.commands.parsing import Command
from reviews.comments import code, escape
from reviews.eligibility import ADVICE, SkipReason
from reviews.models import Outcome

_HELP = {
    Command.REVIEW: "review the latest commit",
    Command.FULL: "review the whole change again, and say again what was said before",
    Command.PAUSE: "no automatic reviews of this pull request for now",
    Command.RESUME: "automatic reviews again, and one of the latest commit now",
    Command.CANCEL: "end the review that is under way",
    Command.IGNORE: "no more reviews of this pull request, and no check, until somebody resumes them",
    Command.WHY: "why there is no review, or what became of the last one",
    Command.CONFIG: "what is configured here, and who set it",
    Command.HELP: "this list",
}


def help_text(word: str) -> str:
    """One line for each command. `word` is how all of them begin."""
    return "\n".join(f"- {code(_given(word, command))}: {does}" for command, does in _HELP.items())


def unknown_text(word: str) -> str:
    return f"There is no such command. {code(_given(word, Command.HELP))} lists them."


def why_text(head_sha: str, reason: SkipReason | None, latest: WorkflowJob | None, *, now: datetime) -> str:
    """What stands in the way of an automatic review of this head, and what became of the latest review."""
    head = code(head_sha[:10])
    stands = (
        f"{head} is not reviewed by itself: {reason}. {ADVICE[reason]}"
        if reason
        else f"Nothing stands in the way of a review of {head}."
    )
    if latest is None:
        return f"{stands}\n\nNo review of this pull request was asked for yet."
    return f"{stands}\n\nThe latest review of this pull request {_became(latest, now)}"


def _given(word: str, command: Command) -> str:
    return word if command is Command.REVIEW else f"{word} {command}"


def _became(job: WorkflowJob, now: datetime) -> str:
    match job.status:
        case JobStatus.PENDING | JobStatus.RETRYING:
            return _becomes(job, now)
        case JobStatus.PROCESSING:
            return f"is under way{f', after {code(job.stage)}' if job.stage else ''}."
        case JobStatus.WAITING_FOR_EVENT:
            return (
                f"waits for the code graph, until {_at(job.wait_deadline)} at the latest, and goes on without it then."
            )
        case JobStatus.COMPLETED:
            return f"ended at {_at(job.finished_at)}: {_outcome(job.outcome or {})}"
        case JobStatus.FAILED:
            error = code(job.error_type or "Error")
            return f"failed at {_at(job.finished_at)}: {error}. That says nothing about the change."
        case _:
            return f"was cancelled at {_at(job.finished_at)}: {_flat(job.reason) or 'no reason was given'}."


def _becomes(job: WorkflowJob, now: datetime) -> str:
    if job.due_at <= now:
        return f"is queued since {_at(job.due_at)}; it starts when a worker is free."
    if job.error_type == GATE_CLOSED:
        return f"waits for GitHub until {_at(job.due_at)}, and starts by itself then."
    if job.status == JobStatus.RETRYING:
        return f"is tried again at {_at(job.due_at)}, after {code(job.error_type or 'Error')}."
    return f"starts at {_at(job.due_at)}, unless there is another push before."


def _outcome(outcome: dict[str, object]) -> str:
    reason = str(outcome.get("reason", ""))
    if outcome.get("outcome") == Outcome.SKIPPED:
        return f"skipped, {_flat(reason)}."
    counted = f"{outcome.get('inline', 0)} findings on lines, {outcome.get('in_body', 0)} beside them"
    partial = f" It is partial: {_flat(reason)}" if outcome.get("outcome") == Outcome.PARTIAL else ""
    return f"{counted}, {outcome.get('dropped', 0)} left out.{partial}"


def _flat(text: str) -> str:
    """On one line: no part of it can begin one."""
    return escape(" ".join(text.split()))


def _at(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC") if moment else "an unknown time"
