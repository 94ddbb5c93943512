import pytest
from django.conf import settings

from jobs import transitions
from jobs.models import WorkflowJob
from jobs.states import JobStatus
from reviews.requests import PullRequestRef, cancel_reviews, request_local_review, request_review, warm_graph

pytestmark = pytest.mark.django_db

OLD, NEW = "a" * 40, "b" * 40


def ref(head_sha: str = OLD, *, number: int = 12, repository: str = "octo/app") -> PullRequestRef:
    return PullRequestRef(
        organization="octo",
        installation_id=None,
        repository=repository,
        repository_id=7,
        number=number,
        head_sha=head_sha,
    )


def request(*args, **options):
    return request_review(ref(*args, **options), trigger="opened", delivery_id="d-1")


def status(enqueued) -> str:
    return WorkflowJob.objects.get(id=enqueued.job.id).status


def test_a_request_makes_one_job_that_names_the_pull_request():
    job = request().job
    assert (job.subject, job.organization, job.correlation_id) == ("octo/app#12", "octo", "d-1")
    assert job.payload == {
        "origin": "github",
        "repository": "octo/app",
        "repository_id": 7,
        "number": 12,
        "head_sha": OLD,
        "trigger": "opened",
        "installation_id": None,
    }


def test_the_same_head_twice_is_one_job():
    first, second = request(), request()
    assert (second.created, second.job.id) == (False, first.job.id)


def test_a_newer_head_supersedes_the_older_job():
    old, new = request(OLD), request(NEW)
    assert (status(old), status(new)) == (JobStatus.CANCELLED, JobStatus.PENDING)
    assert WorkflowJob.objects.get(id=old.job.id).reason == "superseded by a review of bbbbbbbbbb"


def test_a_newer_head_supersedes_under_the_repositorys_older_name():
    old = request(OLD, repository="octo/old-name")
    request(NEW)
    assert status(old) == JobStatus.CANCELLED


@pytest.mark.parametrize("number", [1, 121])
def test_other_pull_requests_are_left_alone(number):
    other = request(OLD, number=number)
    request(NEW)
    assert status(other) == JobStatus.PENDING


def test_a_job_that_ended_is_not_superseded():
    old = request(OLD)
    transitions.cancel(old.job.id, actor="test", reason="by hand")
    request(NEW)
    assert WorkflowJob.objects.get(id=old.job.id).reason == "by hand"


def test_a_request_without_a_head_takes_the_live_review():
    first = request(OLD)
    assert request("").job.id == first.job.id


def test_a_request_without_a_head_makes_a_job_when_none_is_live():
    assert request("").created


def test_cancelling_ends_every_live_review_of_the_pull_request():
    enqueued = request()
    assert cancel_reviews(ref(NEW), reason="closed", actor="webhook") == 1
    assert (status(enqueued), cancel_reviews(ref(), reason="closed", actor="webhook")) == (JobStatus.CANCELLED, 0)


def test_a_local_review_may_be_asked_for_again(tmp_path):
    first = request_local_review(tmp_path, base_sha=OLD, head_sha=NEW)
    second = request_local_review(tmp_path, base_sha=OLD, head_sha=NEW)
    assert first.job.id != second.job.id
    assert first.job.payload["repository"] == second.job.payload["repository"]


def test_a_new_commit_on_the_default_branch_warms_its_graph():
    job = warm_graph(organization="octo", repository="octo/app", head_sha=NEW, delivery_id="d-2").job
    assert (job.workflow_type, job.payload["head_sha"], job.payload["base_sha"]) == ("AST_ANALYSIS", NEW, None)
    assert (job.payload["remote"], job.correlation_id) == (f"{settings.GITHUB_GIT_URL}/octo/app.git", "d-2")
