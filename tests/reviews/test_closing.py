import pytest

from jobs import transitions
from jobs.models import WorkflowJob
from jobs.states import ErrorClassification, WorkflowType
from jobs.testing import perform_job
from jobs.transitions import Failure
from reviews.check_runs import close_check, open_check
from tests.reviews.parts import REPOSITORY

pytestmark = pytest.mark.django_db

FAILURE = Failure(ErrorClassification.PERMANENT, "NotFound", "gone")


def closings() -> list[WorkflowJob]:
    return list(WorkflowJob.objects.filter(workflow_type=WorkflowType.CHECK_CLOSING))


def closed() -> str:
    (job,) = closings()
    return perform_job(job).outcome["outcome"]


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
    (job,) = closings()
    assert perform_job(job).status == "RETRYING"
