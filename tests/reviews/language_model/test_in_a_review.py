"""The language model in a whole review: real repository, real rows, GitHub and provider played over HTTP."""

import pytest

from jobs.models import WorkflowJob
from jobs.states import JobStatus
from jobs.testing import drain
from reviews.language_model import calls
from reviews.models import Outcome, Review
from reviews.requests import PullRequestRef, request_review
from reviews.usage import usage_of
from tests.integrations.language_model.scripted import endless, remarks, status, text
from tests.reviews.parts import REPOSITORY, PullRequest

pytestmark = pytest.mark.django_db

SAID = {
    "path": "shop/prices.py",
    "line": 2,
    "code": "    return sum(items), currency",
    "kind": "bug",
    "severity": "high",
    "message": "A price is no pair: callers add it up. cc @octocat",
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(calls, "pause", lambda _seconds: None)


def ask(pull: PullRequest) -> WorkflowJob:
    ref = PullRequestRef(
        organization="octo",
        installation_id=None,
        repository=REPOSITORY,
        repository_id=pull.repository_id,
        number=pull.number,
        head_sha=pull.head_sha,
    )
    return request_review(ref, trigger="opened", delivery_id="delivery-1").job


def reviewed(pull: PullRequest) -> WorkflowJob:
    job = ask(pull)
    drain()
    job.refresh_from_db()
    return job


def comment_on(pull: PullRequest, line: int) -> str:
    return next(
        comment.body for comment in pull.standin.review_comments(REPOSITORY, pull.number) if comment.line == line
    )


def test_what_it_finds_is_a_comment_like_any_other_and_addresses_nobody(pull, provider):
    provider.says(remarks(SAID))
    job = reviewed(pull)
    assert (job.status, job.outcome["outcome"]) == (JobStatus.COMPLETED, Outcome.REVIEWED)
    assert sorted(pull.comments()) == [("shop/prices.py", 1), ("shop/prices.py", 2), ("shop/prices.py", 6)]
    assert "model:bug" in comment_on(pull, 2)
    assert "@\u200boctocat" in comment_on(pull, 2)


def test_its_usage_is_the_reviews(pull, provider):
    provider.says(remarks(SAID, usage=(1_000, 50)))
    usage = usage_of(reviewed(pull).id)
    assert (usage.calls, usage.input_tokens, usage.output_tokens) == (1, 1_000, 50)


@pytest.mark.parametrize("reply", [status(500), status(429), status(401), text("LGTM"), endless])
def test_its_failure_makes_a_review_partial_and_never_fails_or_reddens_it(open_pull, provider, reply):
    pull = open_pull({"shop/new.py": "x = 1\n"})
    provider.says(reply)
    job = reviewed(pull)
    assert (job.status, job.outcome["outcome"], job.retries) == (JobStatus.COMPLETED, Outcome.PARTIAL, 0)
    assert pull.checks() == [("completed", "neutral")]
    assert "The language model" in Review.objects.get().reason


def test_it_is_silent_about_a_change_without_defects(open_pull, provider):
    pull = open_pull({"shop/new.py": "x = 1\n"})
    provider.says(remarks())
    reviewed(pull)
    assert (pull.bodies(), pull.checks()) == ([], [("completed", "success")])
