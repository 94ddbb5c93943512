from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.models import WorkflowJob
from jobs.states import JobStatus
from reviews.commands.parsing import Command, command_in
from reviews.commands.replies import help_text, unknown_text, why_text
from reviews.configuration.rendering import as_markdown
from reviews.eligibility import SkipReason
from tests.reviews.configuration.levelled import together

HEAD = "a" * 40
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)


def why(skip: SkipReason | None = None, **job) -> str:
    latest = WorkflowJob(**{"due_at": NOW, **job}) if job else None
    return why_text(HEAD, skip, latest, now=NOW)


def test_help_has_one_line_for_each_command():
    lines = help_text("/review").splitlines()
    assert len(lines) == len(Command) - 1
    assert lines[0] == "- `/review`: review the latest commit"
    assert "- `/review pause`: no automatic reviews of this pull request for now" in lines


def test_an_unknown_command_gets_one_line():
    assert unknown_text("@kodus") == "There is no such command. `@kodus help` lists them."


CONFIGURED = as_markdown(together(repository="rules: {exclude: ['/review full']}"))
INVALID = as_markdown(together(repository="/review full: {}"))


@pytest.mark.parametrize(
    "text", [help_text("/review"), unknown_text("/review"), why(SkipReason.PAUSED), CONFIGURED, INVALID]
)
def test_no_reply_is_a_command_itself(text):
    assert command_in(text, "/review") is None


def test_why_names_the_first_reason_and_what_to_do():
    assert why(SkipReason.DRAFT) == (
        "`aaaaaaaaaa` is not reviewed by itself: draft. Mark it ready for review, or ask with the review command.\n\n"
        "No review of this pull request was asked for yet."
    )


FINISHED = {"finished_at": BEFORE}


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"status": JobStatus.PENDING, "due_at": BEFORE}, "is queued since 2026-05-04 11:55:00 UTC"),
        ({"status": JobStatus.PENDING, "due_at": SOON}, "starts at 2026-05-04 12:05:00 UTC"),
        (
            {"status": JobStatus.PENDING, "due_at": SOON, "error_type": "GateClosed"},
            "waits for GitHub until 2026-05-04 12:05:00 UTC",
        ),
        (
            {"status": JobStatus.RETRYING, "due_at": SOON, "error_type": "EffectUnknown"},
            "is tried again at 2026-05-04 12:05:00 UTC, after `EffectUnknown`",
        ),
        ({"status": JobStatus.RETRYING, "due_at": BEFORE, "error_type": "X"}, "is queued since"),
        ({"status": JobStatus.PROCESSING, "stage": "fetch_change"}, "is under way, after `fetch_change`."),
        ({"status": JobStatus.PROCESSING}, "is under way."),
        (
            {"status": JobStatus.WAITING_FOR_EVENT, "wait_deadline": SOON},
            "waits for the code graph, until 2026-05-04 12:05:00 UTC at the latest",
        ),
        (
            {"status": JobStatus.COMPLETED, **FINISHED, "outcome": {"outcome": "SKIPPED", "reason": "paused"}},
            "ended at 2026-05-04 11:55:00 UTC: skipped, paused.",
        ),
        (
            {"status": JobStatus.COMPLETED, **FINISHED, "outcome": {"outcome": "REVIEWED", "inline": 2, "in_body": 1}},
            "2 findings on lines, 1 beside them, 0 left out.",
        ),
        (
            {"status": JobStatus.COMPLETED, **FINISHED, "outcome": {"outcome": "PARTIAL", "reason": "No ruff."}},
            "It is partial: No ruff.",
        ),
        (
            {"status": JobStatus.FAILED, **FINISHED, "error_type": "NotFound", "error_message": "secret host"},
            "failed at 2026-05-04 11:55:00 UTC: `NotFound`. That says nothing about the change.",
        ),
        (
            {"status": JobStatus.CANCELLED, **FINISHED, "reason": "the pull request was closed"},
            "was cancelled at 2026-05-04 11:55:00 UTC: the pull request was closed.",
        ),
    ],
)
def test_why_tells_what_became_of_the_latest_review(job, said):
    text = why(**job)
    assert "Nothing stands in the way of a review of `aaaaaaaaaa`." in text
    assert said in text


def test_what_only_operators_should_read_is_not_told():
    job = {"lease_owner": "worker@10.0.0.7", "error_type": "X", "error_message": "host 10.0.0.7"}
    for status in JobStatus:
        assert "10.0.0.7" not in why(status=status, **job)


@given(st.text())
def test_no_reason_mentions_anybody_or_becomes_a_command(reason):
    text = why(status=JobStatus.CANCELLED, finished_at=NOW, reason=f"{reason}\n\n/review @mona")
    assert ("@mona" in text, command_in(text, "/review")) == (False, None)
