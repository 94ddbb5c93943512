"""A private repository is reviewed by a GitHub App, from request to comment, and each installation has its gate."""

import pytest

from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from jobs.testing import drain
from reviews.models import Outcome
from reviews.requests import PullRequestRef, request_review
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY
from tests.reviews.parts import REPOSITORY

pytestmark = pytest.mark.django_db
LIMIT = {"status": 403, "headers": {"Retry-After": "120"}}


@pytest.fixture
def installation(pull, settings):
    """The App is installed on the repository, which is private."""
    standin = pull.standin
    standin.add_repository(REPOSITORY, pull.repo.path, private=True)
    standin.records.pulls[REPOSITORY, pull.number].repository = standin.records.repositories[REPOSITORY]
    standin.installations.register(APP_ID, PUBLIC_KEY)
    settings.GITHUB_TOKEN, settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY = "", APP_ID, PRIVATE_KEY
    return standin.installations.install("octo")


def request(pull, installation) -> WorkflowJob:
    ref = PullRequestRef(
        organization="octo",
        installation_id=installation.id,
        repository=REPOSITORY,
        repository_id=pull.repository_id,
        number=pull.number,
        head_sha=pull.head_sha,
    )
    return request_review(ref, trigger="opened").job


def reviewed(pull, installation) -> WorkflowJob:
    job = request(pull, installation)
    drain()
    job.refresh_from_db()
    return job


def test_a_private_repository_is_reviewed_with_narrow_tokens(pull, installation):
    job = reviewed(pull, installation)
    assert (job.status, job.outcome["outcome"]) == (JobStatus.COMPLETED, Outcome.REVIEWED)
    assert sorted(pull.comments()) == [("shop/prices.py", 1), ("shop/prices.py", 6)]
    given = pull.standin.installations.tokens.values()
    assert sorted("contents" in token.permissions for token in given) == [False, True]
    assert {token.repositories for token in given} == {frozenset({REPOSITORY})}


def test_the_graph_is_fetched_as_the_app_too(pull, installation):
    reviewed(pull, installation)
    graph = WorkflowJob.objects.get(workflow_type=WorkflowType.AST_ANALYSIS)
    assert graph.status == JobStatus.COMPLETED


def test_a_limit_of_one_installation_holds_its_jobs_and_no_others(pull, installation):
    pull.standin.fail_next("GET", f"/pulls/{pull.number}$", **LIMIT)
    job = reviewed(pull, installation)
    assert (job.status, job.error_class) == (JobStatus.RETRYING, "RATE_LIMITED")
    gate = f"github:installation:{installation.id}"
    assert job.gates == ["github", "github:app", gate]


def test_where_the_app_was_uninstalled_the_review_fails_with_that_name(pull, installation):
    pull.standin.installations.uninstall("octo")
    job = reviewed(pull, installation)
    assert (job.status, job.error_type) == (JobStatus.FAILED, "AppNotInstalled")
