"""What jobs go through from beginning to end, as verbs of the state machine. Pure.

A life is told in short: `C` claims, a number stands for so many checkpoints, and the rest are the names of verbs. Told
out, it gives both the history rows and what the job's own row looks like at its end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jobs.states import JobStatus, Verb, WorkflowType

#: Of a review's checkpoints, in order; what is beyond the last one starts anew.
STAGES = (
    "resolve_pull_request",
    "read_configuration",
    "check_wanted",
    "fetch_change",
    "await_code_graph",
    "find",
    "filter_findings",
    "post",
    "resolve_threads",
    "count_reactions",
    "summarize",
)
_SHORT = {"C": Verb.CLAIM, "retry-by-hand": Verb.RETRY_BY_HAND}
_AFTER = {
    Verb.ENQUEUE: JobStatus.PENDING,
    Verb.CLAIM: JobStatus.PROCESSING,
    Verb.CHECKPOINT: JobStatus.PROCESSING,
    Verb.COMPLETE: JobStatus.COMPLETED,
    Verb.FAIL: JobStatus.FAILED,
    Verb.PAUSE: JobStatus.WAITING_FOR_EVENT,
    Verb.RESUME: JobStatus.PENDING,
    Verb.EXPIRE: JobStatus.PENDING,
    Verb.RETRY: JobStatus.RETRYING,
    Verb.REDISPATCH: JobStatus.PENDING,
    Verb.RELEASE: JobStatus.PENDING,
    Verb.RESCUE: JobStatus.PENDING,
    Verb.CANCEL: JobStatus.CANCELLED,
    Verb.SUPERSEDE: JobStatus.CANCELLED,
    Verb.RETRY_BY_HAND: JobStatus.PENDING,
}
_DISPATCHES = {JobStatus.PENDING, JobStatus.RETRYING}
#: How long a step takes after the one before, in seconds.
_SECONDS = {
    Verb.ENQUEUE: 0.0,
    Verb.CLAIM: 2.0,
    Verb.CHECKPOINT: 1.5,
    Verb.RESUME: 20.0,
    Verb.EXPIRE: 900.0,
    Verb.REDISPATCH: 30.0,
    Verb.RESCUE: 30.0,
    Verb.RETRY_BY_HAND: 3_600.0,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One history row; `seconds` since the job was enqueued, of a life at its usual speed."""

    verb: Verb
    source: JobStatus | None
    target: JobStatus
    attempt: int
    dispatch: int
    fence: int
    stage: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Life:
    """`share` is how much of its kind it is: of the jobs of this type that are over, or of those that are live."""

    workflow_type: WorkflowType
    share: float
    told: str
    error: str = ""

    @property
    def is_live(self) -> bool:
        return self.steps[-1].target not in {JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED}

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(_steps(self.told, ends_failed=self.told.endswith("rescue!")))

    def count(self, verb: Verb) -> int:
        return sum(step.verb == verb for step in self.steps)

    def last(self, *verbs: Verb) -> Step | None:
        return next((step for step in reversed(self.steps) if step.verb in verbs), None)


_R, _A, _C, _X, _D = (
    WorkflowType.CODE_REVIEW,
    WorkflowType.AST_ANALYSIS,
    WorkflowType.COMMAND_ANSWER,
    WorkflowType.CHECK_CLOSING,
    WorkflowType.DELIVERY_RECOVERY,
)
_LIMITED, _BROKEN, _LOST, _GONE = "RateLimited", "GitHubUnavailable", "WorkerLost", "RepositoryGone"
LIVES = (
    Life(_R, 66.0, "C 4 pause resume C 7 complete"),
    Life(_R, 14.0, "C 11 complete"),
    Life(_R, 7.0, "C 2 complete"),
    Life(_R, 3.0, "C 4 pause resume C 1 retry C 6 complete"),
    Life(_R, 1.0, "redispatch C 3 rescue C 1 pause expire C 7 complete"),
    Life(_R, 0.5, "C 5 retry C retry C fail retry-by-hand C 6 complete"),
    Life(_R, 2.0, "C 5 retry C retry C retry C retry C retry C fail", _BROKEN),
    Life(_R, 1.0, "C fail", _GONE),
    Life(_R, 0.5, "C 3 rescue C rescue C rescue!", _LOST),
    Life(_R, 3.0, "C 4 pause supersede"),
    Life(_R, 1.5, "supersede"),
    Life(_R, 0.5, "C 2 cancel"),
    Life(_A, 92.0, "C complete"),
    Life(_A, 4.0, "C retry C complete", ""),
    Life(_A, 3.0, "C retry C retry C retry C fail", _BROKEN),
    Life(_A, 1.0, "cancel"),
    *(Life(each, 97.0, "C complete") for each in (_C, _X, _D)),
    *(Life(each, 3.0, "C retry C retry C fail", _LIMITED) for each in (_C, _X, _D)),
    # Those that are live.
    Life(_R, 25.0, ""),
    Life(_R, 20.0, "C 4 pause resume"),
    Life(_R, 4.0, "C"),
    Life(_R, 4.0, "C 4 pause resume C 2"),
    Life(_R, 40.0, "C 4 pause"),
    Life(_R, 7.0, "C 2 retry", _LIMITED),
    Life(_A, 80.0, ""),
    Life(_A, 15.0, "C"),
    Life(_A, 5.0, "C retry", _BROKEN),
    *(Life(each, 90.0, "") for each in (_C, _X, _D)),
    *(Life(each, 10.0, "C") for each in (_C, _X, _D)),
)


def _verbs(told: str) -> Iterator[Verb]:
    yield Verb.ENQUEUE
    for word in told.replace("!", "").split():
        if word.isdecimal():
            yield from [Verb.CHECKPOINT] * int(word)
        else:
            yield _SHORT.get(word) or Verb(word)


def _steps(told: str, *, ends_failed: bool) -> Iterator[Step]:
    now = Step(Verb.ENQUEUE, None, JobStatus.PENDING, attempt=0, dispatch=0, fence=0, stage="", seconds=0.0)
    source, done = None, 0
    verbs = list(_verbs(told))
    for number, verb in enumerate(verbs):
        target = _AFTER[verb]
        if ends_failed and number == len(verbs) - 1:
            target = JobStatus.FAILED
        claims = int(verb is Verb.CLAIM)
        done += int(verb is Verb.CHECKPOINT)
        now = replace(
            now,
            verb=verb,
            source=source,
            target=target,
            attempt=now.attempt + claims,
            fence=now.fence + claims,
            dispatch=now.dispatch + int(verb is not Verb.CHECKPOINT and target in _DISPATCHES),
            stage=STAGES[(done - 1) % len(STAGES)] if done else "",
            seconds=now.seconds + _SECONDS.get(verb, 0.8),
        )
        yield now
        source = target
