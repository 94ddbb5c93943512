"""The machine as it should be, in Python alone: jobs, gates and events in whole hours, no rows, no SQL.

A verb answers whether it may be, and if so what becomes of the job. test_machine_model.py holds the real one to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from jobs.states import FINAL_STATUSES, LIVE_STATUSES, EventVerdict, JobStatus

RUNNABLE = frozenset({JobStatus.PENDING, JobStatus.RETRYING})
CRASH_LIMIT = 2
LEASE, PATIENCE, REDISPATCH, TAKEN, DEBOUNCE, AT_MOST = 1, 24, 1, 1, 1, 3
Address = tuple[str, str]


@dataclass(slots=True)
class Message:
    """Due at the hour `available`, unless it was sent."""

    dispatch: int
    available: int
    sent: int | None = None


@dataclass(slots=True)
class Job:
    """Instants are hours on the clock of its world; None where a job of its status has none."""

    key: str | None
    gates: frozenset[str]
    created: int
    due: int
    messages: list[Message]
    status: JobStatus = JobStatus.PENDING
    dispatch: int = 1
    fence: int = 0
    attempt: int = 0
    retries: int = 0
    crashes: int = 0
    worker: str = ""
    lease: int | None = None
    deadline: int | None = None
    give_up: int | None = None
    waits_for: Address | None = None
    wake: str = ""

    def runs(self, fence: int) -> bool:
        """Whether the attempt with this fence may still write."""
        return self.status == JobStatus.PROCESSING and self.fence == fence

    def announce(self, status: JobStatus, *, due: int) -> None:
        self.status, self.due = status, due
        self.lease, self.worker = None, ""
        self.dispatch += 1
        self.messages = [Message(self.dispatch, due)]

    def rest(self, status: JobStatus) -> None:
        """Nobody is to be sent for it."""
        self.status, self.messages = status, []
        self.lease, self.worker = None, ""


@dataclass(slots=True)
class World:
    now: int = 0
    jobs: list[Job] = field(default_factory=list)
    closed: dict[str, int] = field(default_factory=dict)
    events: dict[str, Address] = field(default_factory=dict)
    #: Since when the queue, which is that of all jobs, is paused.
    paused: int | None = None

    def enqueue(self, key: str | None, gates: frozenset[str], *, delay: int) -> bool:
        if key and any(job.key == key and job.status in LIVE_STATUSES for job in self.jobs):
            return False
        due = self.now + delay
        self.jobs.append(Job(key, gates, created=self.now, due=due, messages=[Message(1, due)]))
        return True

    def may_claim(self, job: Job, dispatch: int) -> bool:
        is_patient = job.give_up is None or job.give_up > self.now
        is_held = is_patient and self._closed_for(job)
        return self._is_current(job, dispatch) and self.paused is None and not is_held

    def claim(self, job: Job, dispatch: int, worker: str) -> bool:
        if not self.may_claim(job, dispatch):
            return False
        job.rest(JobStatus.PROCESSING)
        job.fence, job.attempt = job.fence + 1, job.attempt + 1
        job.worker, job.lease = worker, self.now + LEASE
        return True

    def hold(self, job: Job, dispatch: int) -> bool:
        if not self._is_current(job, dispatch) or not self._closed_for(job):
            return False
        job.announce(job.status, due=max(self._closed_for(job)))
        job.give_up = self._patience(job)
        return True

    def put_back(self, job: Job, dispatch: int) -> bool:
        if not self._is_current(job, dispatch):
            return False
        job.messages = [Message(dispatch, job.due)]
        return True

    def pause_queue(self) -> bool:
        if self.paused is not None:
            return False
        self.paused = self.now
        return True

    def resume_queue(self) -> bool:
        if self.paused is None:
            return False
        for job in self.jobs:
            if job.status in RUNNABLE and job.give_up is not None:
                job.give_up += self.now - self.paused
        self.paused = None
        return True

    def heartbeat(self, job: Job, fence: int, hours: int) -> bool:
        if job.runs(fence):
            job.lease = max(job.lease or 0, self.now + hours)
        return job.runs(fence)

    def checkpoint(self, job: Job, fence: int) -> bool:
        if job.runs(fence):
            job.crashes, job.give_up, job.lease = 0, None, self.now + LEASE
        return job.runs(fence)

    def end(self, job: Job, fence: int, status: JobStatus) -> bool:
        if not job.runs(fence):
            return False
        job.rest(status)
        return True

    def retry(self, job: Job, fence: int, *, delay: int, charged: bool) -> bool:
        if not job.runs(fence):
            return False
        job.retries += charged
        job.give_up = None if charged else self._patience(job)
        job.announce(JobStatus.RETRYING, due=self.now + delay)
        return True

    def release(self, job: Job, fence: int, *, delay: int) -> bool:
        if not job.runs(fence):
            return False
        job.give_up = self._patience(job)
        job.announce(JobStatus.PENDING, due=self.now + delay)
        return True

    def pause(self, job: Job, fence: int, address: Address, *, timeout: int, is_new_question: bool) -> bool:
        if not job.runs(fence):
            return False
        job.waits_for, job.deadline, job.wake = address, self.now + timeout, ""
        job.rest(JobStatus.WAITING_FOR_EVENT)
        if address in self.events.values() and not is_new_question:
            self._wake(job, "EVENT")
        return True

    def emit(self, event_id: str, address: Address) -> EventVerdict | None:
        """None when the id is known."""
        if event_id in self.events:
            return None
        self.events[event_id] = address
        known = [job for job in self.jobs if job.waits_for == address]
        waiting = [job for job in known if job.status == JobStatus.WAITING_FOR_EVENT]
        for job in waiting:
            self._wake(job, "EVENT")
        return EventVerdict.RESUMED if waiting else EventVerdict.LATE if known else EventVerdict.EARLY

    def fold(self, job: Job) -> bool:
        if job.status != JobStatus.PENDING or job.attempt:
            return False
        due = job.due if job.due <= self.now else min(self.now + DEBOUNCE, job.created + AT_MOST)
        job.announce(JobStatus.PENDING, due=due)
        return True

    def withdraw(self, job: Job) -> bool:
        if job.status in FINAL_STATUSES:
            return False
        job.rest(JobStatus.CANCELLED)
        return True

    def retry_by_hand(self, job: Job) -> bool:
        twins = [other for other in self.jobs if other.key == job.key and other.status in LIVE_STATUSES]
        if job.status not in {JobStatus.FAILED, JobStatus.CANCELLED} or (job.key and twins):
            return False
        job.retries, job.crashes, job.give_up, job.wake = 0, 0, None, ""
        job.announce(JobStatus.PENDING, due=self.now)
        return True

    def rescue_at_once(self, job: Job, dispatch: int, worker: str) -> bool:
        if job.status != JobStatus.PROCESSING or (job.dispatch, job.worker) != (dispatch, worker):
            return False
        self._rescue(job)
        return True

    def rescue(self) -> int:
        return self._each(lambda job: job.lease is not None and job.lease <= self.now, self._rescue)

    def expire(self) -> int:
        return self._each(
            lambda job: job.status == JobStatus.WAITING_FOR_EVENT and (job.deadline or 0) <= self.now,
            lambda job: self._wake(job, "TIMEOUT"),
        )

    def redispatch(self) -> int:
        def is_lost(job: Job) -> bool:
            return self.paused is None and any(
                message.sent is not None and message.sent + REDISPATCH <= self.now for message in job.messages
            )

        return self._each(is_lost, lambda job: job.announce(JobStatus.PENDING, due=job.due))

    def due_messages(self) -> list[Message]:
        if self.paused is not None:
            return []
        messages = [message for job in self.jobs for message in job.messages]
        return [message for message in messages if message.sent is None and message.available <= self.now]

    def close(self, gate: str, *, hours: int) -> None:
        self.closed[gate] = max(self.closed.get(gate, 0), self.now + hours)

    def _is_current(self, job: Job, dispatch: int) -> bool:
        return job.status in RUNNABLE and job.dispatch == dispatch and job.due <= self.now

    def _closed_for(self, job: Job) -> list[int]:
        """Until when those of its gates are closed that are."""
        return [until for gate, until in self.closed.items() if gate in job.gates and until > self.now]

    def _patience(self, job: Job) -> int:
        return self.now + PATIENCE if job.give_up is None else job.give_up

    def _wake(self, job: Job, outcome: str) -> None:
        job.wake = outcome
        job.announce(JobStatus.PENDING, due=self.now)

    def _rescue(self, job: Job) -> None:
        job.crashes += 1
        job.announce(JobStatus.PENDING, due=self.now)
        if job.crashes >= CRASH_LIMIT:
            job.rest(JobStatus.FAILED)

    def _each(self, is_concerned: Callable[[Job], bool], act: Callable[[Job], None]) -> int:
        concerned = [job for job in self.jobs if is_concerned(job)]
        for job in concerned:
            act(job)
        return len(concerned)
