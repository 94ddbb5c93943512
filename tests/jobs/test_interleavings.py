"""Operations that meet on one job, in every order of their statements: how it ends, and that no row is left askew.

Planted bugs show that the walk sees what it is for.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement

import pytest
from django.db import connection, transaction

from jobs.enqueue import Enqueued
from jobs.errors import TransitionRefused
from jobs.models import WorkflowEvent, WorkflowJob
from tests.jobs.interleavings import Order, walk
from tests.jobs.invariants import every_job, flaws
from tests.jobs.meetings import MAY_MEET, MEETINGS, Arrange, Meeting, Operation
from tests.jobs.operations import (
    announced_in_vain,
    cancel,
    claim,
    complete,
    emit,
    heartbeat,
    lost,
    pause,
    redispatch,
    rescue,
    runnable,
    running,
    start_over,
    waiting,
)
from tests.jobs.planted import without, without_the_lock_of_the_key, without_the_second_look_at_the_outbox

pytestmark = pytest.mark.django_db(transaction=True)


def end_of(order: Order[WorkflowJob], *, past: int) -> str:
    """How it ended, after so many rows of history: "pause, resume → PENDING; emit RESUMED"; or what is wrong."""
    wrong = flaws(every_job())
    if wrong:
        return "; ".join(wrong)
    job = WorkflowJob.objects.get(id=order.subject.id)
    verbs = list(job.history.order_by("id").values_list("verb", flat=True))[past:]
    answers = sorted(f"{name[2:]} {said_by(answer)}" for name, answer in order.answers.items() if said_by(answer))
    return "; ".join([f"{', '.join(verbs)} → {job.status}".strip(), *answers])


def said_by(answer: object) -> str:
    """What is not told by the job's history."""
    match answer:
        case TransitionRefused():
            return "refused"
        case Exception():
            raise answer
        case WorkflowEvent():
            return f"{answer.verdict}{' again' * answer.duplicates}"
        case Enqueued(created=created):
            return "new" if created else "known"
        case None | WorkflowJob():
            return ""
    return str(answer)


def ends_of(arrange: Arrange, operations: Sequence[Operation]) -> list[tuple[Order[WorkflowJob], str]]:
    past = arrange().history.count()
    return walk(arrange, operations, lambda order: (order, end_of(order, past=past)))


#: Of three at once there are hundreds of orders.
OF_MANY_ORDERS = 150
CASES = [
    pytest.param(each, marks=pytest.mark.campaign if each.orders > OF_MANY_ORDERS else (), id=str(each))
    for each in MEETINGS
]


@pytest.mark.parametrize("meeting", CASES)
def test_every_order_ends_well(meeting: Meeting):
    ends = [end for _, end in ends_of(meeting.arrange, meeting.operations)]
    assert (len(ends), set(ends)) == (meeting.orders, meeting.ends)


@pytest.mark.parametrize("arrange", MAY_MEET, ids=lambda arrange: arrange.__name__)
def test_any_two_at_once_end_as_one_after_the_other(arrange: Arrange):
    for pair in combinations_with_replacement(MAY_MEET[arrange], 2):
        ends = ends_of(arrange, pair)
        one_by_one = {end for order, end in ends if order.is_one_by_one()}
        assert [f"{end}\n{order}" for order, end in ends if end not in one_by_one] == []


PLANTED = {
    "a lost wake-up": (
        without_the_lock_of_the_key,
        running,
        [pause, emit],
        "pause → WAITING_FOR_EVENT; emit EARLY",
    ),
    "two runs at once": (
        without("FOR UPDATE"),
        runnable,
        [claim, claim],
        "claim goes on from PENDING where PROCESSING was",
    ),
    "a late write": (
        without("AND fence = %(fence)s"),
        lost,
        [start_over, complete],
        "rescue, claim, complete → COMPLETED",
    ),
    "the rescue of a living job": (
        without("AND lease_until < statement_timestamp()"),
        lost,
        [rescue, heartbeat],
        "rescue → PENDING; heartbeat True",
    ),
    "a run by an old message": (
        without("AND dispatch = %(dispatch)s"),
        announced_in_vain,
        [claim, redispatch],
        "redispatch, claim → PROCESSING",
    ),
    "a message left behind": (
        without_the_second_look_at_the_outbox,
        waiting,
        [emit, cancel],
        "CANCELLED is announced as [2], not as []",
    ),
}


@pytest.mark.parametrize("harm", PLANTED)
def test_the_walk_finds_what_a_planted_bug_does(monkeypatch, harm):
    plant, arrange, operations, end = PLANTED[harm]
    plant(monkeypatch)
    assert end in {found for _, found in ends_of(arrange, operations)}


def touch(*numbers: int) -> Operation:
    def operation(_job: WorkflowJob) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for number in numbers:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])

    operation.__name__ = f"touch {numbers}"
    return operation


def answers_of(*operations: Operation) -> list[list[object]]:
    return walk(runnable, operations, lambda order: list(order.answers.values()))


def test_operations_that_never_meet_have_every_order_there_can_be():
    assert len(answers_of(touch(1, 2), touch(3, 4))) == 20


def test_operations_that_lock_the_same_thing_first_have_few():
    assert len(answers_of(touch(1, 2), touch(1, 2))) == 6


def test_a_deadlock_is_an_answer_in_the_orders_it_happens_in():
    answers = answers_of(touch(1, 2), touch(2, 1))
    deadlocks = [pair for pair in answers if any("deadlock" in str(answer) for answer in pair)]
    assert 0 < len(deadlocks) < len(answers)
