from dataclasses import replace

import pytest

from integrations.github.errors import NotFound
from jobs.models import WorkflowJob
from jobs.states import JobStatus
from reviews.context import Origin
from reviews.eligibility import Facts, Skip, SkipReason
from reviews.records import record
from reviews.stages.resolve_pull_request import resolve_pull_request
from tests.reviews.parts import REPOSITORY, claimed, review_job

pytestmark = pytest.mark.django_db


def reason_for(attempt, context) -> SkipReason:
    with pytest.raises(Skip) as caught:
        resolve_pull_request(attempt, context)
    return caught.value.reason


def test_the_base_is_read_from_the_pull_request(attempt, pull):
    context = resolve_pull_request(attempt, replace(pull.context(), base_sha=""))
    assert context.base_sha == pull.base_sha


def test_the_check_is_opened(attempt, pull):
    resolve_pull_request(attempt, pull.context())
    assert pull.checks() == [("queued", None)]


def test_a_request_without_a_head_takes_the_one_it_finds(attempt, pull):
    context = resolve_pull_request(attempt, replace(pull.context(), head_sha=""))
    assert context.head_sha == pull.head_sha


def test_what_the_configuration_is_asked_about_is_kept(db, open_pull):
    pull = open_pull(draft=True, author="renovate[bot]", labels=["no review"])
    context = resolve_pull_request(claimed(review_job(pull)), replace(pull.context(), trigger="command"))
    assert context.facts == Facts(
        state="open",
        is_draft=True,
        author_type="Bot",
        author_login="renovate[bot]",
        is_head=True,
        is_reviewed=False,
        is_asked_for=True,
        is_paused=False,
        is_ignored=False,
        branch="main",
        labels=("no review",),
        title="Prices in a currency",
    )


def test_a_closed_pull_request_is_skipped_without_a_check(attempt, pull):
    pull.standin.close(REPOSITORY, pull.number)
    assert reason_for(attempt, pull.context()) is SkipReason.CLOSED
    assert pull.checks() == []


def test_a_reviewed_head_is_skipped_and_its_check_left_as_it_is(attempt, pull):
    record(attempt, pull.context())
    assert reason_for(claimed(review_job(pull)), pull.context()) is SkipReason.ALREADY_REVIEWED
    assert pull.checks() == []


def test_an_old_head_is_skipped_and_the_new_one_is_asked_for(attempt, pull):
    newer = pull.repo.branch("newer", {"a.py": ""}, start="change")
    pull.standin.push(REPOSITORY, pull.number, newer)
    assert reason_for(attempt, pull.context()) is SkipReason.SUPERSEDED
    live = WorkflowJob.objects.get(payload__head_sha=newer)
    assert live.status == JobStatus.PENDING


def test_an_old_head_asks_for_the_new_one_as_a_person_asked_for_it(attempt, pull):
    newer = pull.repo.branch("newer", {"a.py": ""}, start="change")
    pull.standin.push(REPOSITORY, pull.number, newer)
    reason_for(attempt, replace(pull.context(), trigger="command", purpose="full 4000"))
    payload = WorkflowJob.objects.get(payload__head_sha=newer).payload
    assert (payload["trigger"], payload["purpose"]) == ("command", "full 4000")


def test_a_reviewed_head_is_reviewed_again_in_full(attempt, pull):
    record(attempt, pull.context())
    context = replace(pull.context(), purpose="full 4000")
    assert replace(resolve_pull_request(claimed(review_job(pull)), context), facts=None) == context


def test_an_old_head_asks_for_nothing_when_the_new_one_is_reviewed(attempt, pull):
    newer = pull.repo.branch("newer", {"a.py": ""}, start="change")
    pull.standin.push(REPOSITORY, pull.number, newer)
    record(attempt, replace(pull.context(), head_sha=newer))
    reason_for(attempt, pull.context())
    assert WorkflowJob.objects.count() == 1


def test_a_pull_request_that_is_gone_fails_for_good(attempt, pull):
    with pytest.raises(NotFound) as caught:
        resolve_pull_request(attempt, replace(pull.context(), number=999))
    assert caught.value.permanent


def test_a_local_review_asks_nobody(attempt, pull):
    context = replace(pull.context(), origin=Origin.LOCAL)
    assert resolve_pull_request(attempt, context) == context
