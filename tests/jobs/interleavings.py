"""Carries operations out at the same time, once in every order their statements can take on the real database.

    ends = walk(arrange, [pause, emit], look)

Each operation runs in a thread with a connection of its own, and stops before every statement and every commit. One
that is stopped is let go on to its next stop, then one again, until all have ended. Where several are stopped there
is a choice: the walk takes the first, and comes back for the others, depth first. Every order starts from new rows.

One that waits for a lock of another is no choice until it has it: that it waits is a fact of this order.

A statement outside of a transaction is one of its own. It stops before its commit too: that is where others meet the
rows it has locked. Savepoints, and the notification of the relay, meet nobody: nothing stops there.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

Subject = TypeVar("Subject")
Seen = TypeVar("Seen")

_MEETS_NOBODY = re.compile(r"\s*(NOTIFY|SAVEPOINT|RELEASE|ROLLBACK)\b")
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE)\b")
_HOW_MANY_WAIT = "SELECT count(*) FROM unnest(%s::int[]) pid WHERE pg_blocking_pids(pid) && %s::int[]"
LOOK_AGAIN_SECONDS = 0.0003


@dataclass(slots=True)
class Order(Generic[Subject]):
    """One order, carried out: what `arrange` made, the steps, and what each operation returned or raised."""

    subject: Subject
    steps: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    #: At each step: which of how many was taken.
    choices: list[tuple[int, int]] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(self.steps)

    def is_one_by_one(self) -> bool:
        """No operation began before another that had begun was done."""
        names = [step.partition(":")[0] for step in self.steps]
        return sum(one != next_one for one, next_one in pairwise(names)) < len(self.answers)


class Actor:
    """A thread with a connection of its own, in which one operation after the other is carried out step by step."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pid = 0
        #: What it is about to do; "" when it is done.
        self.next_step = ""
        self._rests = threading.Event()
        self._may_go_on = threading.Semaphore(0)
        self._thread = ThreadPoolExecutor(1)
        self._thread.submit(self._connect).result()

    def begin(self, operation: Callable[[], object]) -> Future[object]:
        self._rests.clear()
        return self._thread.submit(self._carry_out, operation)

    def go_on(self) -> None:
        self._rests.clear()
        self._may_go_on.release()

    def rests(self) -> bool:
        """Before its next step, or at its end."""
        return self._rests.wait(LOOK_AGAIN_SECONDS)

    def end(self) -> None:
        self._thread.submit(lambda: connection.close()).result()  # noqa: PLW0108 - the thread's own, looked up there
        self._thread.shutdown()

    def _connect(self) -> None:
        connection.ensure_connection()
        self.pid = connection.connection.info.backend_pid
        connection.execute_wrappers.append(self._execute)
        connection._commit = partial(self._commit, connection._commit)  # type: ignore[attr-defined]  # Django's own

    def _carry_out(self, operation: Callable[[], object]) -> object:
        try:
            return operation()
        except Exception as error:  # noqa: BLE001 - an error is an answer
            return error
        finally:
            self.next_step = ""
            self._rests.set()

    def _execute(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if _MEETS_NOBODY.match(sql):
            return execute(sql, *rest)
        self._stop(" ".join(sql.split()))
        if connection.in_atomic_block or not _WRITES.search(sql):
            return execute(sql, *rest)
        with transaction.atomic():
            return execute(sql, *rest)

    def _commit(self, commit: Callable[[], None]) -> None:
        self._stop("COMMIT")
        commit()

    def _stop(self, step: str) -> None:
        self.next_step = step
        self._rests.set()
        self._may_go_on.acquire()


def walk(
    arrange: Callable[[], Subject],
    operations: Sequence[Callable[[Subject], object]],
    look: Callable[[Order[Subject]], Seen],
) -> list[Seen]:
    """What `look` sees after each order of the operations' steps, carried out on what `arrange` makes for it."""
    seen = []
    with _actors(operations) as actors:
        decisions: list[int] | None = []
        while decisions is not None:
            order = _carry_out(arrange(), actors, operations, decisions)
            seen.append(look(order))
            decisions = _next_decisions(order.choices)
    return seen


@contextmanager
def _actors(operations: Sequence[Callable[..., object]]) -> Iterator[list[Actor]]:
    with ExitStack() as stack:
        actors = []
        for number, operation in enumerate(operations, start=1):
            actors.append(Actor(f"{number} {operation.__name__}"))
            stack.callback(actors[-1].end)
        yield actors


def _carry_out(
    subject: Subject,
    actors: Sequence[Actor],
    operations: Sequence[Callable[[Subject], object]],
    decisions: Sequence[int],
) -> Order[Subject]:
    order = Order(subject)
    answers = {
        actor.name: actor.begin(partial(operation, subject))
        for actor, operation in zip(actors, operations, strict=True)
    }
    while ready := _ready(actors):
        step = len(order.choices)
        taken = decisions[step] if step < len(decisions) else 0
        order.choices.append((taken, len(ready)))
        order.steps.append(f"{ready[taken].name}: {ready[taken].next_step}")
        ready[taken].go_on()
    order.answers = {name: answer.result() for name, answer in answers.items()}
    return order


def _ready(actors: Sequence[Actor]) -> list[Actor]:
    """Those that may go on, once all others wait for their locks; none when all have ended.

    If all wait for one another, that is PostgreSQL's to find and to end: the answer of one is its error then.
    """
    while moving := [actor for actor in actors if not actor.rests()]:
        ready = [actor for actor in actors if actor not in moving and actor.next_step]
        if ready and _all_wait(moving, on=actors):
            return ready
    return [actor for actor in actors if actor.next_step]


def _all_wait(moving: Sequence[Actor], *, on: Sequence[Actor]) -> bool:
    """For locks of one another, that is: what else a server may wait for passes by itself."""
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY_WAIT, [[actor.pid for actor in actors] for actors in (moving, on)])
        return bool(cursor.fetchone()[0] == len(moving))


def _next_decisions(choices: Sequence[tuple[int, int]]) -> list[int] | None:
    """Those of the last step that had another choice left, with the next one; None when all orders were taken."""
    for step in reversed(range(len(choices))):
        taken, count = choices[step]
        if taken + 1 < count:
            return [*(choice for choice, _ in choices[:step]), taken + 1]
    return None
