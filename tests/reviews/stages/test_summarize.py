import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import transitions
from jobs.errors import LeaseLost
from jobs.models import WorkflowJob
from reviews.context import Origin
from reviews.effects import EffectUnknown, last_write_takes
from reviews.eligibility import Skip
from reviews.findings import Finding, Placement, Severity
from reviews.markers import marker
from reviews.models import Effect, EffectState
from reviews.purposes import full
from reviews.stages.summarize import SummaryBeingWritten, summarize
from tests.reviews.parts import REPOSITORY, claimed, review_job

pytestmark = pytest.mark.django_db

ON_A_LINE = Finding("r", "shop/prices.py", 1, 1, Severity.HIGH, "`total` needs a currency", "one", comment_id=5)
LISTED = replace(ON_A_LINE, path="shop/cart.py", line=5, fingerprint="two").placed(Placement.BODY, "why")
POST, PATCH = ("POST", "issues/[0-9]+/comments"), ("PATCH", "issues/comments")


@pytest.fixture
def context(pull):
    return replace(pull.context(), findings=(ON_A_LINE, LISTED))


@pytest.fixture
def newer(pull):
    """The same pull request after a push."""
    head_sha = pull.repo.branch("newer", {"a.py": ""}, start="change")
    pull.standin.push(REPOSITORY, pull.number, head_sha)
    return replace(pull, head_sha=head_sha)


def edits(pull):
    return [write for write in pull.standin.writes if write.method == "PATCH" and "/issues/" in write.path]


def test_the_first_findings_make_the_summary(attempt, context, pull):
    done = summarize(attempt, context)
    (text,) = pull.summaries()
    assert text.startswith(f"2 open findings as of `{pull.head_sha[:10]}`.")
    assert "`shop/cart.py:5`" in text
    assert done.summary_id == str(pull.standin.issue_comments(REPOSITORY, pull.number)[0].id)
    assert edits(pull) == []


def test_a_pull_request_that_never_had_a_finding_has_no_summary(attempt, pull):
    assert summarize(attempt, pull.context()) == pull.context()
    assert pull.standin.issue_comments(REPOSITORY, pull.number) == []


def test_dropped_findings_make_no_summary(attempt, context, pull):
    summarize(attempt, replace(context, findings=(ON_A_LINE.placed(Placement.DROPPED, "why"),)))
    assert pull.summaries() == []


def test_a_local_review_has_no_summary(attempt, context, pull):
    summarize(attempt, replace(context, origin=Origin.LOCAL))
    assert pull.summaries() == []


def test_a_later_review_edits_it_in_place(attempt, context, pull, newer):
    pull.standin.records.pulls[REPOSITORY, pull.number].head_sha = pull.head_sha
    first = summarize(attempt, context)
    pull.standin.records.pulls[REPOSITORY, pull.number].head_sha = newer.head_sha
    second = summarize(claimed(review_job(newer)), replace(newer.context(), findings=(ON_A_LINE,)))
    (text,) = pull.summaries()
    assert text.startswith(f"1 open finding as of `{newer.head_sha[:10]}`.")
    assert (first.summary_id, len(edits(pull))) == (second.summary_id, 1)


def test_when_all_is_fixed_it_says_so(attempt, context, pull):
    summarize(attempt, context)
    summarize(claimed(review_job(pull)), replace(context, purpose=full(4_000), findings=()))
    assert pull.summaries()[0].startswith("No open findings as of")


def test_a_note_on_the_configuration_and_a_shortfall_stand_in_it(attempt, context, pull):
    notes = ("`.kodus.yml` is not valid: line 4",)
    summarize(attempt, replace(context, notes=notes, shortfalls=("ruff failed",)))
    (text,) = pull.summaries()
    assert "> Configuration: `.kodus.yml` is not valid: line 4" in text
    assert "> Partial review: ruff failed" in text


def test_it_says_by_which_configuration_and_how_to_stop_it(attempt, context, pull, settings):
    settings.PUBLIC_URL = "https://reviews.example.com"
    summarize(attempt, replace(context, configured_by=(".kodus.yml",)))
    (text,) = pull.summaries()
    assert "configured by `.kodus.yml`." in text
    assert "`/review ignore` in a comment ends the reviews of this pull request." in text
    assert f"https://reviews.example.com/jobs/{attempt.job_id}" in text


def test_a_summary_of_ten_thousand_findings_is_one_that_github_takes(attempt, context, pull):
    """In a script whose characters take three bytes each; GitHub's stand-in refuses what is too long."""
    listed = [replace(LISTED, line=line, message="漢字" * 40) for line in range(9_994)]
    summarize(attempt, replace(context, findings=tuple(listed), shortfalls=("漢" * 5_000,) * 20))
    assert re.search(r"- and \d+ more\n\n</details>", pull.summaries()[0])


def test_summarizing_twice_writes_once(attempt, context, pull):
    assert summarize(attempt, context) == summarize(attempt, context)
    assert (len(pull.summaries()), edits(pull)) == (1, [])


@pytest.mark.parametrize("applied", [True, False])
def test_a_summary_whose_answer_was_lost_is_made_once(attempt, context, pull, applied):
    pull.standin.fail_next(*POST, applied=applied)
    with pytest.raises(EffectUnknown):
        summarize(attempt, context)
    summarize(attempt, context)
    assert len(pull.summaries()) == 1


@pytest.mark.parametrize(("applied", "writes"), [(True, 1), (False, 2)])
def test_an_edit_whose_answer_was_lost_is_looked_for_first(attempt, context, pull, applied, writes):
    summarize(attempt, context)
    again = replace(context, purpose=full(4_000))
    pull.standin.fail_next(*PATCH, applied=applied)
    with pytest.raises(EffectUnknown):
        summarize(attempt, again)
    assert summarize(attempt, again).summary_id
    assert len(edits(pull)) == writes


def test_an_older_head_never_overwrites_a_newer_one(attempt, context, pull, newer):
    later = claimed(review_job(newer))
    summarize(later, replace(newer.context(), findings=(ON_A_LINE,)))
    with pytest.raises(Skip):
        summarize(attempt, context)
    (text,) = pull.summaries()
    assert newer.head_sha[:10] in text


def test_nothing_is_written_on_a_closed_pull_request(attempt, context, pull):
    pull.standin.close(REPOSITORY, pull.number)
    with pytest.raises(Skip):
        summarize(attempt, context)
    assert pull.summaries() == []


def test_nothing_is_written_once_the_fence_is_lost(attempt, context, pull):
    transitions.supersede(attempt.job_id, actor="test", reason="newer head")
    with pytest.raises(LeaseLost):
        summarize(attempt, context)
    assert pull.summaries() == []


class TestAnOlderReviewThatMayStillBeWriting:
    """Its worker had sent the write when it was superseded; it may be applied at any time until it cannot."""

    @pytest.fixture
    def superseded(self, attempt, context, pull, newer):
        pull.standin.records.pulls[REPOSITORY, pull.number].head_sha = pull.head_sha
        pull.standin.fail_next(*POST)  # as far as we know now
        with pytest.raises(EffectUnknown):
            summarize(attempt, context)
        transitions.supersede(attempt.job_id, actor="test", reason="newer head")
        pull.standin.records.pulls[REPOSITORY, pull.number].head_sha = newer.head_sha
        return WorkflowJob.objects.filter(id=attempt.job_id)

    def test_is_waited_for(self, superseded, pull, newer):
        with pytest.raises(SummaryBeingWritten) as told:
            summarize(claimed(review_job(newer)), replace(newer.context(), findings=(ON_A_LINE,)))
        assert (told.value.permanent, pull.summaries()) == (False, [])
        assert 0 < told.value.retry_after <= last_write_takes().total_seconds()

    def test_is_waited_for_no_longer_than_it_can_take(self, superseded, pull, newer):
        superseded.update(finished_at=timezone.now() - last_write_takes() - timedelta(seconds=1))
        summarize(claimed(review_job(newer)), replace(newer.context(), findings=(ON_A_LINE,)))
        assert len(pull.summaries()) == 1

    def test_has_its_comment_adopted(self, superseded, attempt, pull, newer):
        late = f"Late. {marker('summary', pull.repository_id, pull.number)}"
        with pytest.raises(SummaryBeingWritten):
            summarize(claimed(review_job(newer)), replace(newer.context(), findings=(ON_A_LINE,)))
        pull.standin.comment(REPOSITORY, pull.number, late, author="kodus[bot]")
        superseded.update(finished_at=timezone.now() - last_write_takes() - timedelta(seconds=1))
        summarize(claimed(review_job(newer)), replace(newer.context(), findings=(ON_A_LINE,)))
        (text,) = pull.summaries()
        assert newer.head_sha[:10] in text


def test_a_summary_that_somebody_deleted_is_made_anew_by_the_next_review(attempt, context, pull):
    summarize(attempt, context)
    pull.standin.records.issue_comments.clear()
    done = summarize(claimed(review_job(pull)), replace(context, purpose=full(4_000)))
    assert done.summary_id == str(pull.standin.issue_comments(REPOSITORY, pull.number)[0].id)
    assert set(Effect.objects.values_list("purpose", "state")) == {
        ("summary", EffectState.DONE),
        ("summary full 4000", EffectState.DONE),
    }


def test_a_summary_that_is_refused_makes_the_review_partial(attempt, context, pull):
    pull.standin.fail_next(*POST, status=403)
    done = summarize(attempt, context)
    assert (done.summary_id, len(done.shortfalls)) == ("", 1)


def test_a_planted_marker_does_not_keep_the_summary_from_being_made(attempt, context, pull):
    forged = marker("summary", pull.repository_id, pull.number)[:-24] + "0" * 20 + " -->"
    pull.standin.comment(REPOSITORY, pull.number, forged)
    summarize(attempt, context)
    assert len(pull.summaries()) == 2
