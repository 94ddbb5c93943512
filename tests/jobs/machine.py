"""The real machine and the model of it side by side: each act does the same to both, and then they are compared.

Acts are what may come next: work that is asked for, workers that start what is due and go on or come too late,
events, meddlers, gates, pauses, the dispatcher's duties, and time. Every span is a whole number of hours, so that rows
can be compared with the model while the real clock goes on.
"""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from jobs import gates, leases, pausing, transitions, waits
from jobs.broker import BrokerUnavailable
from jobs.enqueue import enqueue
from jobs.errors import TransitionRefused
from jobs.maintenance import redispatcher, relay, rescuer, wait_expirer
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import ErrorClassification, EventType, JobStatus, WorkflowType
from jobs.transitions import Failure
from tests.jobs import machine_model as model
from tests.jobs import taker
from tests.jobs.invariants import every_job, flaws

Answer = TypeVar("Answer")
Draw = Callable[[st.SearchStrategy[Any]], Any]

KIND, QUEUE = WorkflowType.CHECK_CLOSING, "workflow.jobs.code_review"
HOUR, PATIENCE, LEASE_SECONDS = timedelta(hours=1), timedelta(hours=model.PATIENCE), model.LEASE * 3600
FAILURE = Failure(ErrorClassification.RETRYABLE, "Passing", "it may pass")
ORGANIZATIONS, GATES = ("octo", "evil"), ("github", "github:token")
WRITES = ("checkpoint", "complete", "fail", "retry", "release", "pause", "pause", "heartbeat", "die")
MEDDLING = ("fold", "cancel", "supersede", "retry by hand")
#: What happens most is named more than once.
ACTS = (
    *("ask", "ask", "work", "work", "work", "write", "write", "emit"),
    *("meddle", "close_a_gate", "pause_or_resume", "announce", "sweep", "pass_time", "pass_time"),
)

hours = st.integers(0, 2)
workers = st.sampled_from(["w1", "w2"])
addresses = st.sampled_from([("octo", "sha 1"), ("octo", "sha 2"), ("evil", "sha 1")])

_PASS = """
UPDATE workflow_jobs SET created_at = created_at - %(by)s, due_at = due_at - %(by)s, give_up_at = give_up_at - %(by)s,
                         lease_until = lease_until - %(by)s, wait_deadline = wait_deadline - %(by)s;
UPDATE outbox_messages SET available_at = available_at - %(by)s, sent_at = sent_at - %(by)s;
UPDATE workflow_events SET received_at = received_at - %(by)s;
UPDATE gates SET closed_until = closed_until - %(by)s;
UPDATE paused_queues SET since = since - %(by)s"""


def agree(may: bool, act: Callable[[], Answer]) -> Answer | None:
    """What the verb answers, or None: it is refused when the model refuses it, and never else."""
    try:
        answer = act()
    except TransitionRefused:
        assert not may
        return None
    assert may
    return answer


class Machine(RuleBasedStateMachine):
    """One rule, not one per act: hypothesis leaves rules out at random, and without `work` next to nothing happens."""

    def __init__(self) -> None:
        super().__init__()
        self.world = model.World()
        self.ids: list[UUID] = []
        #: All there ever were, each with the number of its job.
        self.attempts: list[tuple[int, WorkflowJob]] = []
        self.rows = transaction.atomic()
        self.rows.__enter__()
        for organization in ORGANIZATIONS * 2:
            self._enqueue(None, frozenset(), organization, delay=0)

    def teardown(self) -> None:
        try:
            assert flaws(every_job()) == []
        finally:
            transaction.set_rollback(True)
            self.rows.__exit__(None, None, None)

    @invariant()
    def rows_are_as_the_model_has_them(self) -> None:
        rows = WorkflowJob.objects.prefetch_related("messages").in_bulk(self.ids)
        assert [self._read(rows[job_id]) for job_id in self.ids] == self.world.jobs

    @rule(act=st.sampled_from(ACTS), data=st.data())
    def step(self, act: str, data: st.DataObject) -> None:
        getattr(self, act)(data.draw)

    def ask(self, draw: Draw) -> None:
        """For work, perhaps for what is asked for already."""
        key, passes = draw(st.sampled_from(["pull 1", "pull 2", None])), draw(st.frozensets(st.sampled_from(GATES)))
        self._enqueue(key, passes, draw(st.sampled_from(ORGANIZATIONS)), delay=draw(hours))

    def work(self, draw: Draw) -> None:
        """What is to be run is started if it is due, and goes on in some way; an older message starts nothing."""
        worker, anyone = draw(workers), draw(self._numbers())
        assert not self._start(anyone, self.world.jobs[anyone].dispatch - 1, worker)
        for number, job in enumerate(self.world.jobs):
            if job.status in model.RUNNABLE and self._start(number, job.dispatch, worker):
                self._write(*self.attempts[-1], draw)

    def write(self, draw: Draw) -> None:
        """By whoever has ever started a job."""
        if self.attempts:
            self._write(*draw(st.sampled_from(self.attempts)), draw)

    def emit(self, draw: Draw) -> None:
        """Now and then under an id that is known, of the same event or of another."""
        (scope, key), event_id = draw(addresses), draw(st.integers(1, 12))
        event = waits.emit(
            EventType.AST_COMPLETED, scope=scope, key=key, payload={}, event_id=str(event_id), source="test"
        )
        verdict = self.world.emit(event_id, (scope, key))
        assert verdict == (None if event.duplicates else event.verdict)

    def meddle(self, draw: Draw) -> None:
        number, verb = draw(self._numbers()), draw(st.sampled_from(MEDDLING))
        job_id, job = self.ids[number], self.world.jobs[number]
        said: dict[str, Any] = {"actor": "ann", "reason": "a reason"}
        match verb:
            case "fold":
                spans: dict[str, Any] = {"delay": model.DEBOUNCE * HOUR, "at_most": model.AT_MOST * HOUR}
                agree(self.world.fold(job), lambda: transitions.fold(job_id, {}, **spans, **said))
            case "cancel":
                agree(self.world.withdraw(job), lambda: transitions.cancel(job_id, **said))
            case "supersede":
                agree(self.world.withdraw(job), lambda: transitions.supersede(job_id, **said))
            case "retry by hand":
                agree(self.world.retry_by_hand(job), lambda: transitions.retry_by_hand(job_id, **said))

    def close_a_gate(self, draw: Draw) -> None:
        gate, span = draw(st.sampled_from(GATES)), draw(hours)
        gates.close(gate, seconds=span * 3600, why=ErrorClassification.RATE_LIMITED, reason="until noon")
        self.world.close(gate, hours=span)

    def pause_or_resume(self, draw: Draw) -> None:
        if draw(st.booleans()):
            assert pausing.resume(QUEUE, actor="ann") == self.world.resume_queue()
        else:
            assert pausing.pause(QUEUE, actor="ann", reason="a move") == self.world.pause_queue()

    def announce(self, draw: Draw) -> None:
        due, fate = self.world.due_messages(), draw(st.sampled_from(["sent", "the broker breaks", "the relay dies"]))
        match fate:
            case "sent":
                assert taker.relay()[0].run_once() == len(due)
            case "the broker breaks":
                with pytest.raises(BrokerUnavailable) if due else nullcontext():
                    taker.relay(breaks=True)[0].run_once()
            case "the relay dies":
                assert len(relay._take(dict.fromkeys(relay._waiting(), 1_000))) == len(due)
        for message in due:
            message.available = self.world.now + (0 if fate == "the broker breaks" else model.TAKEN)
            message.sent = self.world.now if fate == "sent" else None

    def sweep(self, _draw: Draw) -> None:
        assert rescuer.run_once() == self.world.rescue()
        assert wait_expirer.run_once() == self.world.expire()
        assert redispatcher.run_once() == self.world.redispatch()
        assert redispatcher.announce_missing() == 0

    def pass_time(self, draw: Draw) -> None:
        by = draw(st.integers(1, 2))
        with connection.cursor() as cursor:
            cursor.execute(_PASS, {"by": by * HOUR})
        self.world.now += by

    def _numbers(self) -> st.SearchStrategy[int]:
        return st.integers(0, len(self.ids) - 1)

    def _enqueue(self, key: str | None, passes: frozenset[str], organization: str, *, delay: int) -> None:
        options: dict[str, Any] = {"organization": organization, "gates": sorted(passes), "delay": delay * HOUR}
        made = enqueue(KIND, {}, dedupe_key=key, **options)
        assert made.created == self.world.enqueue(key, passes, delay=delay)
        if made.created:
            self.ids.append(made.job.id)

    def _start(self, number: int, dispatch: int, worker: str) -> bool:
        """As the executor does: what may not be claimed is perhaps to be held, or its message put back."""
        job_id, job = self.ids[number], self.world.jobs[number]
        claim = partial(transitions.claim, owner=worker, lease_seconds=LEASE_SECONDS)
        claimed = agree(self.world.claim(job, dispatch, worker), lambda: claim(job_id, dispatch))
        if claimed:
            self.attempts.append((number, claimed))
        else:
            held = gates.hold(job_id, dispatch, actor=worker)
            assert held == self.world.hold(job, dispatch)
            assert held or pausing.put_back(job_id, dispatch) == self.world.put_back(job, dispatch)
        return claimed is not None

    def _write(self, number: int, row: WorkflowJob, draw: Draw) -> None:
        world, job, span = self.world, self.world.jobs[number], draw(hours)
        match draw(st.sampled_from(WRITES)):
            case "heartbeat":
                may = world.heartbeat(job, row.fence, span)
                assert leases.extend(row.id, row.fence, span * 3600) == may
            case "checkpoint":
                checkpoint = partial(transitions.checkpoint, stage="find", state={}, lease_seconds=LEASE_SECONDS)
                agree(world.checkpoint(job, row.fence), lambda: checkpoint(row))
            case "die":
                worker = draw(workers)
                agree(world.rescue_at_once(job, row.dispatch, worker), lambda: _tell_of_the_death(row, worker))
            case "complete":
                agree(world.end(job, row.fence, JobStatus.COMPLETED), lambda: transitions.complete(row, {}))
            case "fail":
                agree(world.end(job, row.fence, JobStatus.FAILED), lambda: transitions.fail(row, FAILURE))
            case "retry":
                charged = draw(st.booleans())
                retry = partial(transitions.retry, delay=span * HOUR, charged=charged, patience=PATIENCE)
                agree(world.retry(job, row.fence, delay=span, charged=charged), lambda: retry(row, FAILURE))
            case "release":
                release = partial(transitions.release, reason="its worker stops", delay=span * HOUR)
                agree(world.release(job, row.fence, delay=span), lambda: release(row))
            case "pause":
                address, is_new = draw(addresses), draw(st.booleans())
                may = world.pause(job, row.fence, address, timeout=span, is_new_question=is_new)
                agree(may, lambda: waits.pause(row, _wait(address, span, since=timezone.now() if is_new else None)))

    def _read(self, row: WorkflowJob) -> model.Job:
        return model.Job(
            key=row.dedupe_key,
            gates=frozenset(row.gates),
            created=self._hour(row.created_at),
            due=self._hour(row.due_at),
            messages=[
                model.Message(message.dispatch, self._hour(message.available_at), self._hour(message.sent_at))
                for message in row.messages.all()
            ],
            status=JobStatus(row.status),
            dispatch=row.dispatch,
            fence=row.fence,
            attempt=row.attempt,
            retries=row.retries,
            crashes=row.crashes,
            worker=row.lease_owner,
            lease=self._hour(row.lease_until),
            deadline=self._hour(row.wait_deadline),
            give_up=self._hour(row.give_up_at),
            waits_for=(row.wait_scope, row.wait_key) if row.wait_key else None,
            wake=(row.wake or {}).get("outcome", ""),
        )

    def _hour(self, instant: datetime | None) -> int | None:
        return None if instant is None else self.world.now + round((instant - timezone.now()) / HOUR)


def _wait(address: model.Address, span: int, *, since: datetime | None) -> WaitForEvent:
    scope, key = address
    return WaitForEvent(EventType.AST_COMPLETED, scope=scope, key=key, timeout=span * HOUR, since=since)


def _tell_of_the_death(row: WorkflowJob, worker: str) -> WorkflowJob:
    told: dict[str, Any] = {"cause": "was lost", "crash_limit": model.CRASH_LIMIT, "actor": "parent"}
    return transitions.rescue_at_once(row.id, row.dispatch, worker=worker, **told)
