"""Random lives of jobs that wait for an event, many at once on real connections: was an event lost, a job woken twice?

A life is what happens to one job, drawn by a seed. Its acts run side by side in threads, so what comes first is the
database's to decide. Then the job is brought to its end, as dispatcher and workers would, and its rows tell the rest.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import OperationalError, connection
from django.utils import timezone

from jobs import transitions, waits
from jobs.enqueue import enqueue
from jobs.errors import TransitionRefused
from jobs.models import WorkflowEvent, WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import FINAL_STATUSES, EventType, EventVerdict, JobStatus, Verb, WorkflowType
from tests.connections import ends_at_commit
from tests.jobs.invariants import every_job, flaws

SCOPE, ANOTHER_SCOPE = "octo", "evil"
LONG, BRIEF = timedelta(hours=1), timedelta()
THREADS, AT_ONCE = 6, 60
SECOND = timedelta(seconds=1)

#: How often there is an event already when the question is asked.
EARLIER = 0.2
#: What may happen besides the pause, and how often it does.
CHANCES = {
    "emit": 0.7,
    "emit again": 0.25,
    "emit another": 0.15,
    "emit to another tenant": 0.2,
    "cancel": 0.08,
    "supersede": 0.08,
}
PAUSES = ("pause", "pause", "pause", "pause and die before the commit", "pause and die after the commit")

_TELL_OF_E1 = ("emit", "emit again")
_WAKES = frozenset({Verb.RESUME, Verb.EXPIRE})
_AT_ONCE_AWAKE = (Verb.PAUSE, JobStatus.PENDING)


@dataclass(frozen=True, slots=True)
class Life:
    """`job` is claimed by the attempt that is to pause. `since` is when it asked; what came before does not count."""

    job: WorkflowJob
    timeout: timedelta
    acts: tuple[str, ...]
    since: datetime

    def wait(self) -> WaitForEvent:
        return WaitForEvent(
            EventType.AST_COMPLETED, scope=SCOPE, key=str(self.job.id), timeout=self.timeout, since=self.since
        )


@dataclass(slots=True)
class Report:
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def run(count: int, *, seed: int) -> Report:
    """So many lives, the same for the same seed but for what the threads make of them."""
    chance, report = random.Random(seed), Report()  # noqa: S311 - drawn, not secret
    with ThreadPoolExecutor(THREADS) as threads:
        for start in range(0, count, AT_ONCE):
            lives = [_begin(chance) for _ in range(min(AT_ONCE, count - start))]
            acts = [(life, act) for life in lives for act in life.acts]
            list(threads.map(_alone(_carry_out), *zip(*acts, strict=True)))
            list(threads.map(_alone(_finish), lives))
            _look(lives, report)
    return report


def _begin(chance: random.Random) -> Life:
    job = enqueue(WorkflowType.CHECK_CLOSING, {}, dedupe_key=None, organization=SCOPE).job
    timeout = chance.choice([LONG, LONG, LONG, BRIEF])
    acts = [chance.choice(PAUSES), *(act for act, share in CHANCES.items() if chance.random() < share)]
    if timeout == BRIEF:
        acts.append("expire")
    chance.shuffle(acts)
    claimed = transitions.claim(job.id, 1, owner="w1", lease_seconds=60)
    if chance.random() < EARLIER:
        _emit(claimed, "from before the question")
    return Life(claimed, timeout, tuple(acts), timezone.now())


def _alone(work: Callable[..., None]) -> Callable[..., None]:
    """On a connection that no other act has at the same time."""

    def with_a_connection(*arguments: object) -> None:
        try:
            work(*arguments)
        finally:
            connection.close()

    return with_a_connection


def _carry_out(life: Life, act: str) -> None:
    with suppress(TransitionRefused):  # another act was faster
        _ACTS[act](life)


def _emit(job: WorkflowJob, name: str, *, scope: str = SCOPE) -> None:
    event_id = f"{name} {job.id}"
    waits.emit(EventType.AST_COMPLETED, scope=scope, key=str(job.id), payload={}, event_id=event_id, source="test")


def _pause(life: Life) -> None:
    waits.pause(life.job, life.wait())


def _pause_and_die_before_the_commit(life: Life) -> None:
    with suppress(OperationalError), ends_at_commit("before"):
        _pause(life)


def _pause_and_die_after_the_commit(life: Life) -> None:
    with suppress(OperationalError), ends_at_commit("after"):
        _pause(life)


_ACTS: dict[str, Callable[[Life], object]] = {
    "pause": _pause,
    "pause and die before the commit": _pause_and_die_before_the_commit,
    "pause and die after the commit": _pause_and_die_after_the_commit,
    "emit": lambda life: _emit(life.job, "e1"),
    "emit again": lambda life: _emit(life.job, "e1"),
    "emit another": lambda life: _emit(life.job, "e2"),
    "emit to another tenant": lambda life: _emit(life.job, "e3", scope=ANOTHER_SCOPE),
    "expire": lambda life: transitions.expire(life.job.id, actor="wait expirer"),
    "cancel": lambda life: transitions.cancel(life.job.id, actor="ann", reason="closed"),
    "supersede": lambda life: transitions.supersede(life.job.id, actor="door", reason="a newer head"),
}


def _finish(life: Life) -> None:
    """As long as it takes: rescue it from a worker that died, end its wait, run it again."""
    jobs = WorkflowJob.objects.filter(id=life.job.id)
    while (job := jobs.get()).status not in FINAL_STATUSES:
        match job.status:
            case JobStatus.PROCESSING:
                jobs.update(lease_until=timezone.now() - SECOND)
                transitions.rescue(job.id, crash_limit=9, grace=timedelta(), actor="rescuer")
            case JobStatus.WAITING_FOR_EVENT:
                jobs.update(wait_deadline=timezone.now() - SECOND)
                transitions.expire(job.id, actor="wait expirer")
            case JobStatus.PENDING:
                claimed = transitions.claim(job.id, job.dispatch, owner="w2", lease_seconds=60)
                transitions.complete(claimed, {}) if claimed.wake else waits.pause(claimed, life.wait())


def _look(lives: Sequence[Life], report: Report) -> None:
    jobs = {job.id: job for job in every_job(id__in=[life.job.id for life in lives])}
    report.faults += flaws(list(jobs.values()))
    events: dict[str, list[WorkflowEvent]] = {str(life.job.id): [] for life in lives}
    for event in WorkflowEvent.objects.filter(key__in=events):
        events[event.key].append(event)
    for life in lives:
        job = jobs[life.job.id]
        report.counts.update(_told(life, job, events[str(life.job.id)]))
        report.faults += [f"{fault}: {life.acts}" for fault in _faults(life, job, events[str(life.job.id)])]


def _told(life: Life, job: WorkflowJob, events: Sequence[WorkflowEvent]) -> Iterator[str]:
    yield "lives"
    yield f"jobs {job.status}" if job.wake is None else f"jobs {job.status} after {job.wake['outcome']}"
    yield from (f"acts: {act}" for act in life.acts)
    yield from (f"events {event.verdict}" for event in events)
    yield from ("jobs rescued" for row in job.history.all() if row.verb == Verb.RESCUE)


def _faults(life: Life, job: WorkflowJob, events: Sequence[WorkflowEvent]) -> Iterator[str]:
    woken = sum(row.verb in _WAKES or (row.verb, row.to_status) == _AT_ONCE_AWAKE for row in job.history.all())
    counting = [event for event in events if event.scope == SCOPE and event.received_at >= life.since]
    in_time = [event for event in counting if life.timeout == LONG or event.verdict != EventVerdict.LATE]
    outcome = (job.wake or {}).get("outcome")
    if woken > 1 or (woken == 0 and job.status == JobStatus.COMPLETED):
        yield f"woken {woken} times"
    if job.status == JobStatus.COMPLETED and outcome != "EVENT" and in_time:
        yield "an event was lost"
    if outcome == "EVENT" and not counting:
        yield "woken by an event that is not its own"
    if any(event.scope == ANOTHER_SCOPE and event.verdict != EventVerdict.EARLY for event in events):
        yield "heard by another tenant"
    if sum(event.duplicates for event in events) != max(0, sum(act in _TELL_OF_E1 for act in life.acts) - 1):
        yield "a doubled event was not counted"
