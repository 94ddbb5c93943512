"""Ask for a review, withdraw one, or warm the code graph: what the webhooks call, in their transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from analysis.requests import request_graph
from jobs import transitions
from jobs.enqueue import Enqueued, enqueue
from jobs.errors import TransitionRefused
from jobs.models import WorkflowJob
from jobs.states import LIVE_STATUSES, WorkflowType
from reviews import purposes
from reviews.change import github_remote
from reviews.code_host import gates_of
from reviews.context import Origin
from reviews.triggers import COMMAND, FOUND_OTHERWISE, PUSHED

#: However many pushes follow each other, the review starts this many times the wait after the first.
DEBOUNCES_AT_MOST = 6
#: The stages after which a review may still skip what somebody who asks would get (stages/check_wanted.py).
UNDECIDED_AFTER = frozenset({"", "resolve_pull_request", "read_configuration"})
#: Whose job a local review is.
LOCAL_ORGANIZATION = "local"


@dataclass(frozen=True, slots=True)
class PullRequestRef:
    """A pull request as an event told of it; the review reads it again. `repository` is "owner/name".

    Events come in any order. `as_of` is the moment on the code host's clock that this one tells of.
    """

    organization: str
    installation_id: int | None
    repository: str
    repository_id: int
    number: int
    head_sha: str
    base_sha: str = ""
    #: The login, for people who look; empty when it is not known.
    author: str = ""
    as_of: datetime | None = None

    @property
    def subject(self) -> str:
        return f"{self.repository}#{self.number}"

    @property
    def dedupe_key(self) -> str:
        """One live review per pull request, kept by the database; the repository's id outlives its name."""
        return f"{self.repository_id}#{self.number}"


def request_review(
    pull: PullRequestRef, *, trigger: str, purpose: str = purposes.REVIEW, delivery_id: str | None = None
) -> Enqueued:
    """Make the job that reviews this head, unless a live one does.

    A live job that does not do what is asked for takes it over if it never started; one that did is superseded. Pushes
    wait a little for the next push. Without a head (a comment names none) any live review of the pull request will do,
    and the job that is made otherwise takes the head it finds. What a person asked for stays asked for. The delivery's
    id joins the job's logs and history to the delivery.
    """
    asked = _payload(pull, trigger, purpose)
    with transaction.atomic(savepoint=False):
        while True:
            enqueued = enqueue(
                WorkflowType.CODE_REVIEW,
                asked,
                dedupe_key=pull.dedupe_key,
                organization=pull.organization,
                subject=pull.subject,
                correlation_id=delivery_id,
                gates=gates_of(pull.installation_id),
                delay=_debounce() if trigger == PUSHED else timedelta(),
            )
            if enqueued.created or _will_do(enqueued.job, asked):
                return enqueued
            asked = _together(enqueued.job.payload, asked)
            folded = _folded(enqueued.job, asked, delay=timedelta() if trigger == COMMAND else _debounce())
            if folded:
                return Enqueued(folded, created=False)
            reason = f"superseded by a review of {_head_in(asked)}"
            _withdrawn(enqueued.job, transitions.supersede, "request_review", reason)


def request_local_review(path: Path, *, base_sha: str, head_sha: str) -> Enqueued:
    """Make the job that reviews two commits of a repository on this machine; nothing is posted anywhere."""
    payload = {
        "origin": Origin.LOCAL,
        "repository": local_name(path),
        "path": str(path),
        "base_sha": base_sha,
        "head_sha": head_sha,
    }
    subject = f"{path.name} {base_sha[:10]}..{head_sha[:10]}"
    return enqueue(
        WorkflowType.CODE_REVIEW, payload, dedupe_key=None, organization=LOCAL_ORGANIZATION, subject=subject
    )


def local_name(path: Path) -> str:
    """The name of a local repository: readable, and its own even when another folder has the same last part."""
    return f"local/{path.name}-{sha256(str(path).encode()).hexdigest()[:16]}"


def cancel_reviews(pull: PullRequestRef, *, reason: str, actor: str) -> int:
    """Cancel the live review of this pull request, unless something newer asked for it; returns how many there were.

    Of the same second, a reopening or a person's comment may be the newer: then the review itself finds out how things
    are. An opening or a push is not: after a close there are none, and those of a draft ask for nothing.
    """
    live = WorkflowJob.objects.select_for_update().filter(
        workflow_type=WorkflowType.CODE_REVIEW, status__in=LIVE_STATUSES, dedupe_key=pull.dedupe_key
    )
    return sum(_withdrawn(job, transitions.cancel, actor, reason) for job in live if _is_older(job, pull))


def warm_graph(*, organization: str, repository: str, head_sha: str, delivery_id: str | None = None) -> Enqueued:
    """Have the code graph of a new commit on the default branch built before a pull request needs it."""
    return request_graph(
        organization=organization,
        repository=repository,
        remote=github_remote(repository),
        head_sha=head_sha,
        base_sha=None,
        subject=f"{repository}@{head_sha[:10]}",
        correlation_id=delivery_id,
    )


def _payload(pull: PullRequestRef, trigger: str, purpose: str) -> dict[str, Any]:
    return {
        "origin": Origin.GITHUB,
        "repository": pull.repository,
        "repository_id": pull.repository_id,
        "number": pull.number,
        "author": pull.author,
        "head_sha": pull.head_sha,
        "trigger": trigger,
        "purpose": purpose,
        "installation_id": pull.installation_id,
        "as_of": pull.as_of.isoformat() if pull.as_of else None,
    }


def _together(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """The newer request, with what a person asked for in the older one and the later moment of both."""
    fullest = max(_purpose(newer), _purpose(older), key=purposes.is_full)
    as_of = _latest(_as_of(older), _as_of(newer))
    return {
        **newer,
        "author": newer["author"] or older.get("author", ""),
        "trigger": COMMAND if older["trigger"] == COMMAND else newer["trigger"],
        "purpose": fullest,
        "as_of": as_of.isoformat() if as_of else None,
    }


def _purpose(payload: Mapping[str, Any]) -> str:
    return str(payload.get("purpose", purposes.REVIEW))  # the release before this one did not write it


def _as_of(payload: Mapping[str, Any]) -> datetime | None:
    told = payload.get("as_of")
    return datetime.fromisoformat(told) if told else None


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def _is_older(job: WorkflowJob, pull: PullRequestRef) -> bool:
    known = _as_of(job.payload)
    if known is None or pull.as_of is None or known < pull.as_of:
        return True
    return known == pull.as_of and job.payload["trigger"] not in {*FOUND_OTHERWISE, COMMAND}


def _will_do(job: WorkflowJob, asked: Mapping[str, Any]) -> bool:
    """Whether the live job reviews what was asked for. One that began before may have found that it need not."""
    has_other_head = asked["head_sha"] not in {"", job.payload["head_sha"]}
    is_less = purposes.is_full(_purpose(asked)) and not purposes.is_full(_purpose(job.payload))
    may_skip_it = COMMAND == asked["trigger"] != job.payload["trigger"] and job.stage in UNDECIDED_AFTER
    is_latest = _latest(_as_of(job.payload), _as_of(asked)) == _as_of(asked)
    found_otherwise = asked["trigger"] in FOUND_OTHERWISE and is_latest
    return not (has_other_head or is_less or may_skip_it or found_otherwise)


def _debounce() -> timedelta:
    return timedelta(seconds=settings.DEBOUNCE_SECONDS)


def _folded(job: WorkflowJob, asked: Mapping[str, Any], *, delay: timedelta) -> WorkflowJob | None:
    """The job with what is asked for; None when it has started."""
    reason = f"{_head_in(job.payload)} gave way to {_head_in(asked)}"
    try:
        return transitions.fold(
            job.id,
            asked,
            delay=delay,
            at_most=DEBOUNCES_AT_MOST * _debounce(),
            actor="request_review",
            reason=reason,
        )
    except TransitionRefused:
        return None


def _head_in(payload: Mapping[str, Any]) -> str:
    return str(payload["head_sha"])[:10] or "the head it finds"


def _withdrawn(job: WorkflowJob, verb: Callable[..., WorkflowJob], actor: str, reason: str) -> bool:
    try:
        verb(job.id, actor=actor, reason=reason)
    except TransitionRefused:  # it ended by itself in the meantime
        return False
    return True
