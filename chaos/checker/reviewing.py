"""What GitHub saw: one review for each head that must have one and one summary, none twice, none too late."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from chaos.checker.evidence import Evidence, Fact
from chaos.checker.invariants import invariant
from chaos.checker.timelines import (
    Edition,
    Post,
    State,
    created_checks,
    editions,
    last_check_updates,
    posts,
    pull_states,
    replied_to,
    state_at,
)

Write = TypeVar("Write", Post, Edition)

#: A review that was on its way when the pull request was closed may still arrive.
GRACE_SECONDS = 30.0


@invariant("I7")
def one_review_each(evidence: Evidence) -> Iterator[str]:
    """Each pull request that is open in the end has exactly one review of its head, and no head ever has two."""
    for pull, head, _ in lost_heads(evidence):
        yield f"{pull} at {head[:10]} was never reviewed"
    for pull, head, _ in doubled_heads(evidence):
        yield f"{pull} at {head[:10]} was reviewed more than once"


def lost_heads(evidence: Evidence) -> Iterator[tuple[str, str, float]]:
    """Each pull request and head without its review, and since when it was the head."""
    reviewed = {(post.pull, post.head) for post in posts(evidence)}
    cancelled = _cancelled_by_hand(evidence)
    for pull, states in pull_states(evidence).items():
        last = states[-1]
        is_due = last.is_open and not last.is_draft and cancelled.get(pull, 0.0) < last.at
        if is_due and (pull, last.head) not in reviewed:
            yield pull, last.head, last.at


def doubled_heads(evidence: Evidence) -> Iterator[tuple[str, str, float]]:
    """Each pull request and head with more reviews than one, and when the last of them came."""
    when: dict[tuple[str, str], list[float]] = defaultdict(list)
    for post in posts(evidence):
        when[post.pull, post.head].append(post.at)
    yield from ((pull, head, times[-1]) for (pull, head), times in when.items() if len(times) > 1)


@invariant("I7b")
def nothing_after_the_end(evidence: Evidence) -> Iterator[str]:
    """No review is posted on a pull request that has been closed for a while."""
    states = pull_states(evidence)
    for post in posts(evidence):
        then, before = state_at(states[post.pull], post.at), state_at(states[post.pull], post.at - GRACE_SECONDS)
        if not then.is_open and not before.is_open:
            yield f"{post.pull} was reviewed {post.at - then.at:.0f} s after it was closed"


@invariant("I8")
def no_old_head_after_a_newer(evidence: Evidence) -> Iterator[str]:
    """Once a newer head has its review, no older one gets one."""
    for post in _of_older_heads(evidence, posts(evidence)):
        yield f"{post.pull}: the older head {post.head[:10]} was reviewed after a newer one"


@invariant("I7c")
def checks_are_closed(evidence: Evidence) -> Iterator[str]:
    """Each check run is completed, unless somebody cancelled its closing, and each review has one at most."""
    updates = last_check_updates(evidence)
    made = created_checks(evidence)
    left = _left_open_by_hand(evidence)
    for check_id, body in made.items():
        if updates.get(check_id, body).get("status") != "completed" and str(check_id) not in left:
            yield f"check run {check_id} at {body['head_sha'][:10]} is left open"
    for external_id, count in Counter(body.get("external_id") for body in made.values()).items():
        if count > 1:
            yield f"review job {external_id} has {count} check runs"


@invariant("I7d")
def one_summary_each(evidence: Evidence) -> Iterator[str]:
    """No pull request has two summaries."""
    for pull, count in Counter(edition.pull for edition in editions(evidence) if edition.is_first).items():
        if count > 1:
            yield f"{pull} has {count} summaries"


@invariant("I7e")
def one_reply_each(evidence: Evidence) -> Iterator[str]:
    """No thread is told twice that its finding is fixed."""
    for thread, count in Counter(replied_to(evidence)).items():
        if count > 1:
            yield f"{thread} has {count} replies of ours"


@invariant("I8b")
def no_summary_goes_back(evidence: Evidence) -> Iterator[str]:
    """Once the summary of a pull request told of a newer head, it tells of no older one."""
    for edition in _of_older_heads(evidence, editions(evidence)):
        yield f"the summary of {edition.pull} went back to {edition.head[:10]}"


def _of_older_heads(evidence: Evidence, writes: Iterable[Write]) -> Iterator[Write]:
    """Those that tell of an older head than one before them did."""
    states = pull_states(evidence)
    newest: dict[str, float] = defaultdict(float)
    for write in writes:
        since = _was_head_since(states[write.pull], write.head, write.at)
        if since < newest[write.pull]:
            yield write
        newest[write.pull] = max(newest[write.pull], since)


def _was_head_since(states: list[State], head: str, at: float) -> float:
    """When it last became the head, before `at`."""
    return max((state.at for state in states if state.head == head and state.at <= at), default=0.0)


def _left_open_by_hand(evidence: Evidence) -> set[str]:
    """The check runs whose closing an operator cancelled."""
    reviews = {job["payload"]["review_job_id"] for job, _ in _cancellations(evidence, "CHECK_CLOSING")}
    return {effect["external_id"] for effect in evidence.rows("effects") if str(effect["job_id"]) in reviews}


def _cancelled_by_hand(evidence: Evidence) -> dict[str, float]:
    """By pull request, when an operator last cancelled its review."""
    found: dict[str, float] = {}
    for job, row in _cancellations(evidence, "CODE_REVIEW"):
        found[job["subject"]] = max(found.get(job["subject"], 0.0), evidence.seconds(row["at"]))
    return found


def _cancellations(evidence: Evidence, workflow_type: str) -> Iterator[tuple[Fact, Fact]]:
    """Each job of the type that an operator cancelled, and the row that tells of it."""
    for job_id, job in evidence.jobs.items():
        for row in evidence.history.get(job_id, ()) if job["workflow_type"] == workflow_type else ():
            if row["verb"] == "cancel" and row["actor"].startswith("admin:"):
                yield job, row
