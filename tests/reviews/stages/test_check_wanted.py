from dataclasses import replace

import pytest

from reviews.context import Origin
from reviews.eligibility import Skip, SkipReason
from reviews.stages.check_wanted import check_wanted
from reviews.stages.resolve_pull_request import resolve_pull_request
from tests.reviews.configuration.levelled import together
from tests.reviews.parts import claimed, review_job

pytestmark = pytest.mark.django_db


def checked(pull, text: str = "", **values):
    attempt = claimed(review_job(pull))
    context = resolve_pull_request(attempt, replace(pull.context(), **values))
    return check_wanted(attempt, replace(context, configuration=together(repository=text).configuration))


def reason_for(pull, text: str = "") -> SkipReason:
    with pytest.raises(Skip) as caught:
        checked(pull, text)
    return caught.value.reason


def test_a_draft_is_skipped_and_its_check_is_open_to_say_so(open_pull):
    pull = open_pull(draft=True)
    assert reason_for(pull) is SkipReason.DRAFT
    assert pull.checks() == [("queued", None)]


def test_a_draft_is_reviewed_where_drafts_are(open_pull):
    assert checked(open_pull(draft=True), "pull_requests: {drafts: on}").facts.is_draft


def test_a_draft_is_reviewed_when_a_person_asks(open_pull):
    assert checked(open_pull(draft=True), trigger="command").facts.is_draft


def test_a_bots_pull_request_is_skipped(open_pull):
    assert reason_for(open_pull(author="renovate[bot]")) is SkipReason.BOT_AUTHOR


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("branches: {exclude: [main]}", SkipReason.BRANCH),
        ("labels: {exclude: [no review]}", SkipReason.LABELS),
        ("titles: {exclude: ['Prices *']}", SkipReason.TITLE),
    ],
)
def test_the_configuration_chooses_by_what_github_says_of_the_pull_request(open_pull, text, reason):
    assert reason_for(open_pull(labels=["no review"]), f"pull_requests: {{{text}}}") is reason


def test_a_local_review_is_always_wanted(attempt, pull):
    context = replace(pull.context(), origin=Origin.LOCAL)
    assert check_wanted(attempt, context) is context
