"""Line 17 of the contract with the author: whatever happened to a pull request, its job ends with a name, at once.

Nothing is retried, nothing waits, and nothing is posted where nobody wants it.
"""

import pytest

from jobs.models import JobExecutionHistory, WorkflowJob
from jobs.states import FINAL_STATUSES, JobStatus, WorkflowType
from jobs.testing import drain
from reviews.requests import PullRequestRef, request_review
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY
from tests.reviews.parts import REPOSITORY, PullRequest

pytestmark = pytest.mark.django_db


def reviewed(pull: PullRequest, repository_id: int) -> WorkflowJob:
    ref = PullRequestRef(
        organization="octo",
        installation_id=None,
        repository=REPOSITORY,
        repository_id=repository_id,
        number=pull.number,
        head_sha=pull.head_sha,
    )
    job = request_review(ref, trigger="opened").job
    drain()
    job.refresh_from_db()
    return job


def as_an_app(pull: PullRequest, settings) -> None:
    pull.standin.installations.register(APP_ID, PUBLIC_KEY)
    pull.standin.installations.install("octo")
    settings.GITHUB_TOKEN, settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY = "", APP_ID, PRIVATE_KEY


def deleted(pull, _settings):
    del pull.standin.records.pulls[REPOSITORY, pull.number]


def deleted_with_its_repository(pull, _settings):
    del pull.standin.records.repositories[REPOSITORY]


def uninstalled(pull, settings):
    as_an_app(pull, settings)
    pull.standin.installations.uninstall("octo")


def suspended(pull, settings):
    as_an_app(pull, settings)
    pull.standin.installations.suspend("octo")


def transferred_to_where_the_app_is_not(pull, settings):
    as_an_app(pull, settings)
    pull.standin.move(REPOSITORY, "hexa/app")


SKIPPED = {
    "closed": lambda pull, _: pull.standin.close(REPOSITORY, pull.number),
    "merged": lambda pull, _: pull.standin.close(REPOSITORY, pull.number, merged=True),
    "locked": lambda pull, _: pull.standin.lock(REPOSITORY, pull.number),
}
FAILED = {
    deleted: "NotFound",
    deleted_with_its_repository: "NotFound",
    uninstalled: "AppNotInstalled",
    suspended: "InstallationSuspended",
    transferred_to_where_the_app_is_not: "AppNotInstalled",
}


@pytest.mark.parametrize("happened", SKIPPED)
def test_a_pull_request_that_is_over_is_skipped_with_the_reason(pull, settings, happened):
    SKIPPED[happened](pull, settings)
    job = reviewed(pull, pull.repository_id)
    reason = "closed" if happened == "merged" else happened
    assert (job.status, job.outcome) == (JobStatus.COMPLETED, {"outcome": "SKIPPED", "reason": reason})
    assert (job.attempt, pull.bodies(), still_live()) == (1, [], 0)


@pytest.mark.parametrize("happened", FAILED, ids=lambda happened: happened.__name__)
def test_what_cannot_be_read_any_more_fails_by_its_name_and_is_not_tried_again(pull, settings, happened):
    repository_id = pull.repository_id
    happened(pull, settings)
    job = reviewed(pull, repository_id)
    assert (job.status, job.error_type, job.error_class) == (JobStatus.FAILED, FAILED[happened], "PERMANENT")
    assert (job.attempt, still_live()) == (1, 0)
    assert not JobExecutionHistory.objects.filter(job=job, verb="retry").exists()


@pytest.mark.parametrize("to", ["octo/shop", "hexa/app"], ids=["renamed", "transferred"])
def test_a_repository_that_has_moved_is_reviewed_where_it_is_now(pull, to):
    repository_id = pull.repository_id
    pull.standin.move(REPOSITORY, to)
    job = reviewed(pull, repository_id)
    assert (job.status, job.outcome["outcome"], job.attempt) == (JobStatus.COMPLETED, "REVIEWED", 2)  # it waited once
    assert len(pull.standin.reviews(to, pull.number)) == 1
    assert [run.status for run in pull.standin.check_runs(to, pull.head_sha)] == ["completed"]


def test_a_pull_request_whose_fork_is_gone_is_reviewed_all_the_same(pull):
    """GitHub keeps its commits in the repository it was opened against."""
    pull.standin.records.pulls[REPOSITORY, pull.number].fork_is_gone = True
    job = reviewed(pull, pull.repository_id)
    assert (job.outcome["outcome"], len(pull.bodies())) == ("REVIEWED", 1)


def still_live() -> int:
    return (
        WorkflowJob.objects.filter(workflow_type=WorkflowType.CODE_REVIEW).exclude(status__in=FINAL_STATUSES).count()
    )
