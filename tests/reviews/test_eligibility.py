from dataclasses import replace

import pytest

from reviews.eligibility import ADVICE, RULES, Facts, SkipReason, why_skipped

FINE = Facts(
    state="open",
    is_draft=False,
    author_type="User",
    author_login="mona",
    is_head=True,
    is_reviewed=False,
    is_asked_for=False,
    is_paused=False,
    is_ignored=False,
)


def test_an_open_pull_request_of_a_person_is_reviewed():
    assert why_skipped(FINE) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "closed"}, SkipReason.CLOSED),
        ({"is_head": False}, SkipReason.SUPERSEDED),
        ({"is_draft": True}, SkipReason.DRAFT),
        ({"author_type": "Bot"}, SkipReason.BOT_AUTHOR),
        ({"author_login": "renovate[bot]"}, SkipReason.BOT_AUTHOR),
        ({"is_reviewed": True}, SkipReason.ALREADY_REVIEWED),
        ({"is_paused": True}, SkipReason.PAUSED),
        ({"is_ignored": True}, SkipReason.IGNORED),
    ],
)
def test_each_rule_names_its_reason(change, reason):
    assert why_skipped(replace(FINE, **change)) is reason


def test_the_first_rule_in_the_fixed_order_wins():
    worst = Facts(
        "closed",
        is_draft=True,
        author_type="Bot",
        author_login="b",
        is_head=False,
        is_reviewed=True,
        is_asked_for=False,
        is_paused=True,
        is_ignored=True,
    )
    assert why_skipped(worst) is RULES[0][0]


@pytest.mark.parametrize("change", [{"is_draft": True}, {"author_type": "Bot"}, {"is_paused": True}])
def test_a_person_who_asks_gets_a_review_of_drafts_and_bots_and_in_a_pause(change):
    assert why_skipped(replace(FINE, is_asked_for=True, **change)) is None


def test_asking_does_not_bring_a_second_review_of_the_same_head():
    assert why_skipped(replace(FINE, is_asked_for=True, is_reviewed=True)) is SkipReason.ALREADY_REVIEWED


def test_nobody_gets_a_review_of_what_is_ignored():
    assert why_skipped(replace(FINE, is_asked_for=True, is_ignored=True)) is SkipReason.IGNORED


def test_a_reviewed_head_stays_reviewed_in_a_pause():
    assert why_skipped(replace(FINE, is_paused=True, is_reviewed=True)) is SkipReason.ALREADY_REVIEWED


def test_every_reason_says_what_to_do():
    assert set(ADVICE) == set(SkipReason)
