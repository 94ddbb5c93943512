from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count, permutations

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs import transitions
from jobs.models import WorkflowJob
from jobs.states import LIVE_STATUSES, ErrorClassification, JobStatus, WorkflowType
from jobs.transitions import Failure
from reviews.commands.parsing import Command
from reviews.commands.standing import Standing, standing_of
from reviews.commands.taking import Comment, Taken, take
from reviews.models import GivenCommand
from reviews.requests import PullRequestRef, request_review
from tests.services import wait_until

pytestmark = pytest.mark.django_db

HEAD = "a" * 40
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def ref(*, head_sha: str = "", minute: float = 0, number: int = 12) -> PullRequestRef:
    return PullRequestRef(
        organization="octo",
        installation_id=None,
        repository="octo/app",
        repository_id=7,
        number=number,
        head_sha=head_sha,
        as_of=NOON + timedelta(minutes=minute),
    )


def give(command: str, *, minute: float, comment_id: int | None = None, number: int = 12) -> Taken:
    pull = ref(minute=minute, number=number)
    comment = Comment(comment_id or int(4_000 + minute), "mona", pull.as_of)
    return take(pull, Command(command), comment, delivery_id="d-1")


def open_it(*, minute: float = 0) -> WorkflowJob:
    return request_review(ref(head_sha=HEAD, minute=minute), trigger="opened").job


def live() -> list[WorkflowJob]:
    return list(WorkflowJob.objects.filter(workflow_type=WorkflowType.CODE_REVIEW, status__in=LIVE_STATUSES))


def answers() -> list[tuple[str, str]]:
    jobs = WorkflowJob.objects.filter(workflow_type=WorkflowType.COMMAND_ANSWER).order_by("created_at")
    return [(job.payload["command"], job.payload["reaction"]) for job in jobs]


def test_a_command_is_remembered_with_who_gave_it_and_when():
    taken = give("pause", minute=1)
    given = GivenCommand.objects.get()
    assert (given.command, given.given_by, given.given_at) == ("pause", "mona", NOON + timedelta(minutes=1))
    assert given.job_id == taken.job_id


def test_a_review_is_asked_for_and_answered_in_the_name_of_the_delivery():
    taken = give("review", minute=1)
    (review,) = live()
    assert (taken, review.correlation_id) == (Taken(review.id, ""), "d-1")
    assert (review.payload["trigger"], review.payload["purpose"]) == ("command", "review")
    assert answers() == [("review", "eyes")]


def test_a_full_review_is_one_for_its_comment():
    give("full", minute=1, comment_id=4_711)
    assert live()[0].payload["purpose"] == "full 4711"


@pytest.mark.parametrize(
    ("command", "reaction"),
    [
        *((word, "eyes") for word in ("review", "full", "why", "config", "help")),
        *((word, "+1") for word in ("pause", "resume", "cancel", "ignore")),
        ("unknown", "confused"),
    ],
)
def test_each_command_has_its_reaction(command, reaction):
    give(command, minute=1)
    assert answers() == [(command, reaction)]


@pytest.mark.parametrize("command", ["cancel", "ignore"])
@pytest.mark.parametrize("minute", [0, 1])
def test_the_review_that_is_under_way_is_cancelled_be_it_of_the_same_second(command, minute):
    job = open_it()
    assert give(command, minute=minute).told == "reviews cancelled: 1"
    job.refresh_from_db()
    assert (job.status, job.reason) == (JobStatus.CANCELLED, f"{command} was asked for in a comment")


@pytest.mark.parametrize("command", ["pause", "why", "config", "help", "unknown"])
def test_other_commands_leave_the_review_alone(command):
    job = open_it()
    give(command, minute=1)
    assert live() == [job]


@pytest.mark.parametrize("command", ["review", "full"])
def test_what_is_ignored_is_not_reviewed_when_asked_for_either(command):
    give("ignore", minute=1)
    assert give(command, minute=2).told.startswith("no reviews of this pull request")
    assert (live(), answers()[1]) == ([], (command, "confused"))


def test_resuming_what_was_ignored_reviews_it_at_once():
    give("ignore", minute=1)
    give("resume", minute=2)
    assert (len(live()), standing_of(7, 12)) == (1, Standing.AUTOMATIC)


def test_a_review_that_was_cancelled_may_be_asked_for_again():
    open_it()
    give("cancel", minute=1)
    give("review", minute=2)
    assert len(live()) == 1


class TestACommentThatIsDeliveredAgain:
    @pytest.mark.parametrize("command", [word.value for word in Command])
    def test_is_one_command(self, command):
        first = give(command, minute=1)
        assert give(command, minute=1) == Taken(first.job_id, "this command was taken before")
        assert (GivenCommand.objects.count(), len(answers())) == (1, 1)

    def test_cancels_nothing_that_was_asked_for_since(self):
        give("cancel", minute=1)
        give("review", minute=2)
        give("cancel", minute=1)
        assert len(live()) == 1

    def test_asks_for_no_second_review_when_the_first_has_ended(self):
        taken = give("review", minute=1)
        transitions.cancel(taken.job_id, actor="t", reason="r")
        assert (give("review", minute=1).job_id, live()) == (taken.job_id, [])

    def test_is_carried_out_again_when_what_it_started_has_failed(self):
        taken = give("full", minute=1, comment_id=5)
        job = WorkflowJob.objects.get(id=taken.job_id)
        claimed = transitions.claim(job.id, job.dispatch, owner="w1", lease_seconds=30)
        transitions.fail(claimed, Failure(ErrorClassification.PERMANENT, "Broken", "it broke"))
        give("full", minute=1, comment_id=5)
        (again,) = live()
        assert (again.payload["purpose"], GivenCommand.objects.get().job_id) == ("full 5", again.id)


ORDERS = {
    ("review", "cancel"): 0,
    ("cancel", "review"): 1,
    ("full", "ignore"): 0,
    ("ignore", "resume"): 1,
    ("resume", "ignore"): 0,
    ("pause", "review"): 1,
    ("review", "pause"): 1,
    ("review", "review"): 1,
}


class TestTwoCommandsThatArriveInAnyOrder:
    @pytest.mark.parametrize("swapped", [False, True])
    @pytest.mark.parametrize(("first", "second"), ORDERS)
    @pytest.mark.parametrize("apart", [1, 0])
    def test_end_as_if_they_had_come_in_theirs(self, first, second, swapped, apart):
        given = [(first, 1, 4_001), (second, 1 + apart, 4_002)]
        for command, minute, comment_id in reversed(given) if swapped else given:
            give(command, minute=minute, comment_id=comment_id)
        assert len(live()) == ORDERS[first, second]

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_stand_by_the_latest(self, order):
        given = [("pause", 1), ("ignore", 2), ("resume", 3)]
        for index in order:
            give(given[index][0], minute=given[index][1])
        assert standing_of(7, 12) is Standing.AUTOMATIC

    def test_a_late_cancel_leaves_the_live_review_that_was_asked_for_again_meanwhile(self):
        job = open_it(minute=0)
        transitions.checkpoint(
            transitions.claim(job.id, 1, owner="w1", lease_seconds=30), stage="resolve", state={}, lease_seconds=30
        )
        give("review", minute=2)
        assert give("cancel", minute=1).told == "a later command was faster"
        assert [review.id for review in live()] == [job.id]

    def test_a_late_cancel_leaves_the_review_of_a_later_push(self):
        open_it(minute=2)
        assert give("cancel", minute=1).told == "reviews cancelled: 0"

    def test_a_pause_that_arrives_late_lets_the_review_be_heard_that_came_after_it(self):
        give("ignore", minute=1)
        assert give("review", minute=3).told == "no reviews of this pull request until somebody resumes them"
        give("pause", minute=2)
        assert [review.payload["trigger"] for review in live()] == ["command"]

    def test_an_ignore_that_arrives_late_stops_the_review_that_it_came_before(self):
        give("review", minute=2)
        give("pause", minute=2, comment_id=4_999)
        give("ignore", minute=1)
        assert (live(), standing_of(7, 12)) == ([], Standing.PAUSED)


NUMBERS = count(100)


def end_of(commands: list[str], order: list[int]) -> tuple[Standing, bool]:
    """How a new pull request stands, and whether it is to be reviewed, when its comments arrive in that order."""
    number = next(NUMBERS)
    for index in order:
        give(commands[index], minute=index // 2, comment_id=100 * number + index, number=number)
    standing = standing_of(7, number)
    is_live = any(review.payload["number"] == number for review in live())
    return standing, is_live and standing is not Standing.IGNORED


@given(st.lists(st.sampled_from([word.value for word in Command]), min_size=2, max_size=5), st.data())
@settings(max_examples=200, deadline=None)
def test_any_commands_end_alike_however_late_or_often_they_arrive(commands, data):
    in_order = list(range(len(commands)))
    shuffled = data.draw(st.permutations(in_order))
    repeated = data.draw(st.lists(st.sampled_from(in_order), max_size=3))
    assert end_of(commands, [*shuffled, *repeated]) == end_of(commands, in_order)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("late", ["cancel", "review"])
def test_two_commands_at_once_do_not_miss_each_other(late):
    """The first waits in its transaction until the second has come to where it must wait for the first."""
    first, second = ("review", "cancel") if late == "cancel" else ("cancel", "review")

    def come_second() -> None:
        try:
            with transaction.atomic():
                give(second, minute=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            give(first, minute=1)
            running = other.submit(come_second)
            wait_for_a_waiting_lock()
        running.result()
    assert len(live()) == (0 if late == "cancel" else 1)


def wait_for_a_waiting_lock() -> None:
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return bool(cursor.fetchone()[0])

    wait_until(waits, seconds=10, what="the other command waiting")
