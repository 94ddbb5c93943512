import re
from dataclasses import replace
from pathlib import Path

import pytest

from reviews.configuration.declaration import Choice, PullRequests
from reviews.eligibility import ADVICE, CHOICES, RULES, Facts, SkipReason, why_not_wanted, why_skipped

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
    branch="main",
    labels=("bug",),
    title="Prices in a currency",
)
DEFAULT = PullRequests()
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "configuration.md"


def test_an_open_pull_request_of_a_person_is_reviewed():
    assert why_skipped(FINE) is None
    assert why_not_wanted(FINE, DEFAULT) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "closed"}, SkipReason.CLOSED),
        ({"is_head": False}, SkipReason.SUPERSEDED),
        ({"is_reviewed": True}, SkipReason.ALREADY_REVIEWED),
        ({"is_paused": True}, SkipReason.PAUSED),
        ({"is_ignored": True}, SkipReason.IGNORED),
        ({"is_locked": True}, SkipReason.LOCKED),
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


def test_a_person_who_asks_gets_a_review_in_a_pause():
    assert why_skipped(replace(FINE, is_asked_for=True, is_paused=True)) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_draft": True}, SkipReason.DRAFT),
        ({"author_type": "Bot"}, SkipReason.BOT_AUTHOR),
        ({"author_login": "renovate[bot]"}, SkipReason.BOT_AUTHOR),
    ],
)
def test_drafts_and_bots_are_left_alone_unless_they_are_wanted(change, reason):
    facts = replace(FINE, **change)
    assert why_not_wanted(facts, DEFAULT) is reason
    assert why_not_wanted(facts, PullRequests(drafts=True, bots=True)) is None


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"branches": Choice(include=("main",))}, None),
        ({"branches": Choice(include=("release/*",))}, SkipReason.BRANCH),
        ({"branches": Choice(exclude=("ma*",))}, SkipReason.BRANCH),
        ({"labels": Choice(include=("bug", "ui"))}, None),
        ({"labels": Choice(include=("ui",))}, SkipReason.LABELS),
        ({"labels": Choice(exclude=("b?g",))}, SkipReason.LABELS),
        ({"titles": Choice(exclude=("*currency",))}, SkipReason.TITLE),
        ({"titles": Choice(exclude=("currency",))}, None),
    ],
)
def test_a_pull_request_is_chosen_by_branch_labels_and_title(wanted, reason):
    assert why_not_wanted(FINE, PullRequests(**wanted)) is reason


def test_without_labels_no_label_is_included_and_none_excluded():
    facts = replace(FINE, labels=())
    assert why_not_wanted(facts, PullRequests(labels=Choice(include=("*",)))) is SkipReason.LABELS
    assert why_not_wanted(facts, PullRequests(labels=Choice(exclude=("*",)))) is None


def test_the_first_choice_in_the_fixed_order_wins():
    nothing = Choice(exclude=("*",))
    facts = replace(FINE, is_draft=True, author_type="Bot")
    reasons = []
    for change in ({}, {"is_draft": False}, {"author_type": "User"}):
        facts = replace(facts, **change)
        reasons.append(why_not_wanted(facts, PullRequests(branches=nothing, labels=nothing, titles=nothing)))
    reasons.append(why_not_wanted(facts, PullRequests(labels=nothing, titles=nothing)))
    reasons.append(why_not_wanted(facts, PullRequests(titles=nothing)))
    assert reasons == [reason for reason, _ in CHOICES]


def test_a_person_who_asks_overrules_the_configuration():
    nothing = Choice(exclude=("*",))
    facts = replace(FINE, is_asked_for=True, is_draft=True, author_type="Bot")
    assert why_not_wanted(facts, PullRequests(branches=nothing, labels=nothing, titles=nothing)) is None


def test_asking_does_not_bring_a_second_review_of_the_same_head():
    assert why_skipped(replace(FINE, is_asked_for=True, is_reviewed=True)) is SkipReason.ALREADY_REVIEWED


def test_nobody_gets_a_review_of_what_is_ignored():
    assert why_skipped(replace(FINE, is_asked_for=True, is_ignored=True)) is SkipReason.IGNORED


def test_a_reviewed_head_stays_reviewed_in_a_pause():
    assert why_skipped(replace(FINE, is_paused=True, is_reviewed=True)) is SkipReason.ALREADY_REVIEWED


def test_the_order_is_the_documented_one():
    asked = [*(reason for reason, _ in RULES), *(reason for reason, _ in CHOICES), SkipReason.NOTHING_TO_REVIEW]
    section = (
        PAGE.read_text(encoding="utf-8").partition("## Why a pull request is not reviewed")[2].partition("\n## ")[0]
    )
    assert re.findall(r"^\| ([a-z ]+) \|", section, re.MULTILINE) == ["reason", *asked]
    assert asked == list(SkipReason)


def test_every_reason_says_what_to_do():
    assert set(ADVICE) == set(SkipReason)
