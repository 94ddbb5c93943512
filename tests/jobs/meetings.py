"""What may meet on one job, and how it ends: the table that test_interleavings.py walks.

MEETINGS names those of which one must win, with the number of orders each has and every end there is: the verbs, the
status they lead to, and what the operations answered. MAY_MEET lists the rest by the status of the job.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jobs.models import WorkflowJob
from tests.jobs.operations import (
    announce,
    announced,
    announced_in_vain,
    cancel,
    checkpoint,
    claim,
    close_gate,
    complete,
    emit,
    emit_another,
    emit_twice,
    enqueue_again,
    expire,
    fail,
    failed,
    fold,
    heartbeat,
    held_back,
    hold,
    kept,
    lost,
    overdue,
    pause,
    pause_briefly,
    pause_queue,
    put_back,
    redispatch,
    release,
    rescue,
    rescue_at_once,
    resume_queue,
    retry,
    retry_by_hand,
    retrying,
    runnable,
    running,
    start,
    start_over,
    supersede,
    waiting,
)

Arrange = Callable[[], WorkflowJob]
Operation = Callable[[WorkflowJob], object]


@dataclass(frozen=True)
class Meeting:
    """`orders` is how many there are; `ends` are the verbs, the status and the answers they lead to."""

    arrange: Arrange
    operations: Sequence[Operation]
    orders: int
    ends: set[str]

    def __str__(self) -> str:
        names = [operation.__name__ for operation in self.operations]
        return f"{self.arrange.__name__}: {', '.join(names)}"


def meeting(arrange: Arrange, operations: Sequence[Operation], *ends: str, orders: int) -> Meeting:
    return Meeting(arrange, operations, orders, set(ends))


MEETINGS = [
    meeting(running, [pause, emit], "pause, resume → PENDING; emit RESUMED", "pause → PENDING; emit EARLY", orders=9),
    meeting(
        running,
        [pause, emit_twice],
        "pause, resume → PENDING; emit_twice RESUMED again",
        "pause → PENDING; emit_twice EARLY again",
        orders=29,
    ),
    meeting(running, [pause, cancel], "pause, cancel → CANCELLED", "cancel → CANCELLED; pause refused", orders=11),
    meeting(
        running,
        [pause_briefly, emit, expire],
        "pause, resume → PENDING; emit RESUMED; expire refused",
        "pause, expire → PENDING; emit LATE",
        "pause → PENDING; emit EARLY; expire refused",
        orders=501,
    ),
    meeting(
        running,
        [pause, emit, cancel],
        "pause, resume, cancel → CANCELLED; emit RESUMED",
        "pause, cancel → CANCELLED; emit LATE",
        "pause, cancel → CANCELLED; emit EARLY",
        "cancel → CANCELLED; emit EARLY; pause refused",
        orders=344,
    ),
    meeting(waiting, [emit, emit], "resume → PENDING; emit RESUMED; emit RESUMED again", orders=12),
    meeting(
        waiting,
        [emit, emit_another],
        "resume → PENDING; emit RESUMED; emit_another LATE",
        "resume → PENDING; emit LATE; emit_another RESUMED",
        orders=12,
    ),
    meeting(
        waiting,
        [emit, cancel],
        "resume, cancel → CANCELLED; emit RESUMED",
        "cancel → CANCELLED; emit LATE",
        orders=17,
    ),
    meeting(
        waiting,
        [emit, supersede],
        "resume, supersede → CANCELLED; emit RESUMED; supersede new",
        "supersede → CANCELLED; emit LATE; supersede new",
        orders=37,
    ),
    meeting(
        overdue,
        [emit, expire],
        "resume → PENDING; emit RESUMED; expire refused",
        "expire → PENDING; emit LATE",
        orders=17,
    ),
    meeting(overdue, [expire, cancel], "expire, cancel → CANCELLED", "cancel → CANCELLED; expire refused", orders=4),
    meeting(runnable, [claim, claim], "claim → PROCESSING; claim refused", orders=4),
    meeting(runnable, [claim, cancel], "claim, cancel → CANCELLED", "cancel → CANCELLED; claim refused", orders=4),
    meeting(runnable, [claim, fold], "claim → PROCESSING; fold refused", "fold → PENDING; claim refused", orders=4),
    meeting(
        announced_in_vain,
        [claim, redispatch],
        "claim → PROCESSING; redispatch refused",
        "redispatch → PENDING; claim refused",
        orders=4,
    ),
    meeting(runnable, [start, close_gate], "claim → PROCESSING", "hold → PENDING; start True", orders=6),
    meeting(
        announced,
        [start, pause_queue],
        "claim → PROCESSING; pause_queue True",
        "→ PENDING; pause_queue True; start True",
        orders=6,
    ),
    meeting(
        kept,
        [start, resume_queue],
        "claim → PROCESSING; resume_queue True",
        "→ PENDING; resume_queue True; start True",
        orders=22,
    ),
    meeting(
        kept,
        [put_back, cancel],
        "cancel → CANCELLED; put_back True",
        "cancel → CANCELLED; put_back False",
        orders=4,
    ),
    meeting(kept, [put_back, put_back], "→ PENDING; put_back True; put_back True", orders=4),
    meeting(announced, [pause_queue, pause_queue], "→ PENDING; pause_queue False; pause_queue True", orders=8),
    meeting(
        announced,
        [put_back, claim],
        "claim → PROCESSING; put_back True",
        "claim → PROCESSING; put_back False",
        orders=4,
    ),
    meeting(kept, [resume_queue, resume_queue], "→ PENDING; resume_queue False; resume_queue True", orders=4),
    meeting(held_back, [hold, hold], "hold → PENDING; hold False; hold True", orders=50),
    meeting(
        lost,
        [rescue, checkpoint],
        "rescue → PENDING; checkpoint refused",
        "checkpoint → PROCESSING; rescue refused",
        orders=4,
    ),
    meeting(
        lost,
        [rescue, complete],
        "rescue → PENDING; complete refused",
        "complete → COMPLETED; rescue refused",
        orders=4,
    ),
    meeting(
        lost,
        [start_over, complete],
        "rescue, claim → PROCESSING; complete refused",
        "complete → COMPLETED; start_over refused",
        orders=6,
    ),
    meeting(
        lost,
        [rescue, heartbeat],
        "rescue → PENDING; heartbeat False",
        "→ PROCESSING; heartbeat True; rescue refused",
        orders=4,
    ),
    meeting(
        lost,
        [rescue, release],
        "rescue → PENDING; release refused",
        "release → PENDING; rescue refused",
        orders=4,
    ),
    meeting(
        failed,
        [retry_by_hand, enqueue_again],
        "retry by hand → PENDING; enqueue_again known",
        "→ FAILED; enqueue_again new; retry_by_hand refused",
        orders=4,
    ),
    meeting(
        runnable, [announce, claim], "claim → PROCESSING; announce 1", "claim → PROCESSING; announce 0", orders=15
    ),
    meeting(runnable, [announce, fold], "fold → PENDING; announce 1", "fold → PENDING; announce 0", orders=15),
    meeting(runnable, [announce, announce], "→ PENDING; announce 0; announce 1", orders=66),
]

#: What may meet on a job in each status.
MAY_MEET: dict[Arrange, list[Operation]] = {
    runnable: [claim, fold, redispatch, cancel, supersede, enqueue_again],
    held_back: [hold, fold, redispatch, cancel],
    announced_in_vain: [claim, redispatch, cancel],
    announced: [claim, put_back, fold, redispatch, cancel],
    retrying: [claim, redispatch, cancel, supersede],
    running: [heartbeat, checkpoint, complete, fail, retry, release, pause, rescue_at_once, cancel, supersede],
    lost: [heartbeat, checkpoint, complete, release, pause, rescue, rescue_at_once, cancel],
    waiting: [emit, emit_another, cancel, supersede],
    overdue: [emit, expire, cancel, supersede],
    failed: [retry_by_hand, enqueue_again],
}
