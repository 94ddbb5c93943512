import pytest
from django.db.models.functions import Now

from integrations.github.connection import WRITE_SECONDS_AT_MOST, Connection
from jobs import transitions
from jobs.models import WorkflowJob
from jobs.states import ErrorClassification, WorkflowType
from jobs.testing import perform_job
from jobs.transitions import Failure
from reviews.check_runs import close_check, open_check, show_progress
from tests.reviews.parts import REPOSITORY

pytestmark = pytest.mark.django_db

FAILURE = Failure(ErrorClassification.PERMANENT, "NotFound", "gone")


def closings() -> list[WorkflowJob]:
    return list(WorkflowJob.objects.filter(workflow_type=WorkflowType.CHECK_CLOSING).order_by("due_at"))


def closed() -> str:
    return perform_job(closings()[0]).outcome["outcome"]


def closed_later() -> str:
    """The second look, as if its time had come."""
    WorkflowJob.objects.filter(id=closings()[-1].id).update(due_at=Now())
    return perform_job(closings()[-1]).outcome["outcome"]


def test_a_review_that_failed_closes_its_check_as_neutral(attempt, pull):
    open_check(attempt, pull.context())
    transitions.fail(attempt.job, FAILURE)
    assert closed() == "CLOSED"
    assert pull.checks() == [("completed", "neutral")]


def test_a_review_that_was_superseded_closes_its_check_as_cancelled(attempt, pull):
    open_check(attempt, pull.context())
    transitions.supersede(attempt.job_id, actor="test", reason="superseded by a review of bbbb")
    closed()
    (run,) = pull.standin.check_runs(REPOSITORY, pull.head_sha)
    assert (run.conclusion, run.output["summary"]) == ("cancelled", "superseded by a review of bbbb")


def test_a_review_without_a_check_has_nothing_to_close(attempt):
    transitions.fail(attempt.job, FAILURE)
    assert closings() == []


def test_a_review_that_completed_closed_its_check_itself(attempt, pull):
    open_check(attempt, pull.context())
    close_check(attempt, pull.context())
    transitions.complete(attempt.job, {})
    assert closings() == []


def test_a_closing_that_is_retried_when_its_review_is_pruned_has_nothing_to_do(attempt, pull):
    open_check(attempt, pull.context())
    transitions.fail(attempt.job, FAILURE)
    WorkflowJob.objects.get(id=attempt.job_id).delete()
    assert closed() == "NOT_NEEDED"


def test_a_review_that_was_retried_since_keeps_its_check(attempt, pull):
    open_check(attempt, pull.context())
    transitions.fail(attempt.job, FAILURE)
    transitions.retry_by_hand(attempt.job_id, actor="mona", reason="again")
    assert closed() == "NOT_NEEDED"
    assert pull.checks() == [("queued", None)]


def test_a_check_whose_id_was_never_noted_is_found_and_closed(attempt, pull):
    pull.standin.fail_next("POST", "check-runs", applied=True)
    with pytest.raises(Exception, match="answer never came"):
        open_check(attempt, pull.context())
    transitions.fail(attempt.job, FAILURE)
    assert closed() == "CLOSED"
    assert pull.checks() == [("completed", "neutral")]


def test_a_closing_that_fails_is_tried_again(attempt, pull):
    open_check(attempt, pull.context())
    transitions.fail(attempt.job, FAILURE)
    pull.standin.fail_next("PATCH", "check-runs", status=503)
    assert perform_job(closings()[0]).status == "RETRYING"


class TestAWriteThatIsOnItsWayWhenTheReviewIsWithdrawn:
    def test_a_check_that_is_opened_after_the_first_look_is_closed_by_the_second(self, attempt, pull, monkeypatch):
        outcomes = []

        def withdraw_meanwhile(*_: object) -> None:
            transitions.cancel(attempt.job_id, actor="mona", reason="Not now.")
            outcomes.append(closed())

        monkeypatch.setattr(Connection, "send", _before(Connection.send, "POST", withdraw_meanwhile))
        open_check(attempt, pull.context())
        assert (outcomes, pull.checks()) == (["NEVER_OPENED"], [("queued", None)])
        assert closed_later() == "CLOSED"
        assert pull.checks() == [("completed", "cancelled")]

    def test_a_check_that_is_opened_again_after_the_first_look_is_closed_by_the_second(self, attempt, pull):
        open_check(attempt, pull.context())
        transitions.cancel(attempt.job_id, actor="mona", reason="Not now.")
        closed()
        show_progress(attempt, pull.context(), "Fetching the change")  # its worker does not know yet
        assert pull.checks()[0][0] == "in_progress"
        assert closed_later() == "CLOSED"
        assert pull.checks() == [("completed", "cancelled")]

    def test_where_there_was_none_the_second_look_writes_nothing(self, attempt, pull):
        open_check(attempt, pull.context())
        transitions.fail(attempt.job, FAILURE)
        closed()
        pull.standin.fail_next("PATCH", "check-runs", status=503)
        assert closed_later() == "IS_CLOSED"

    def test_the_second_look_comes_when_no_write_can_be_on_its_way(self, attempt, pull, settings):
        settings.LEASE_SECONDS = 30
        open_check(attempt, pull.context())
        transitions.fail(attempt.job, FAILURE)
        first, second = closings()
        assert (second.due_at - first.due_at).total_seconds() > settings.LEASE_SECONDS + WRITE_SECONDS_AT_MOST


def _before(send, method: str, act):
    """`send`, and right before its first request of that method, `act`."""
    acts = [act]

    def sending(self, used: str, *arguments: object, **options: object) -> object:
        if used == method and acts:
            acts.pop()()
        return send(self, used, *arguments, **options)

    return sending
