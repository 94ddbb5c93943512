from dataclasses import replace

import pytest

from reviews.findings import Finding, Placement, Severity
from reviews.models import Finding as FindingRow
from reviews.models import Outcome, Review
from reviews.purposes import full
from reviews.records import is_reviewed, outcome_of, posted_fingerprints, record
from tests.reviews.parts import claimed, review_job

pytestmark = pytest.mark.django_db

TOLD = Finding("r", "a.py", 1, 1, Severity.HIGH, "m", fingerprint="told")
DROPPED = replace(TOLD, line=2, fingerprint="dropped").placed(Placement.DROPPED, "why")


@pytest.fixture
def context(pull):
    return replace(pull.context(), findings=(TOLD, DROPPED), files=("a.py",), github_review_id="5")


def test_a_review_is_kept_with_its_findings(attempt, context):
    review = record(attempt, context)
    assert (review.outcome, review.findings_inline, review.findings_dropped) == (Outcome.REVIEWED, 1, 1)
    rows = FindingRow.objects.order_by("line").values_list("fingerprint", "posted", "reason")
    assert list(rows) == [("told", True, ""), ("dropped", False, "why")]


def test_recording_twice_changes_nothing(attempt, context):
    record(attempt, context)
    record(attempt, context)
    assert (Review.objects.count(), FindingRow.objects.count()) == (1, 2)


def test_a_skip_never_replaces_a_review(attempt, context, pull):
    record(attempt, context)
    record(claimed(review_job(pull)), replace(context, skipped="already reviewed", findings=()))
    assert Review.objects.get().outcome == Outcome.REVIEWED
    assert FindingRow.objects.count() == 2


def test_a_review_replaces_a_skip(attempt, context, pull):
    record(attempt, replace(context, skipped="draft", findings=()))
    later = claimed(review_job(pull))
    record(later, context)
    assert (Review.objects.get().outcome, Review.objects.get().job_id) == (Outcome.REVIEWED, later.job_id)


@pytest.mark.parametrize(
    ("change", "reviewed"), [({}, True), ({"shortfalls": ("x",)}, True), ({"skipped": "draft"}, False)]
)
def test_a_head_counts_as_reviewed_unless_it_was_skipped(attempt, context, change, reviewed):
    record(attempt, replace(context, **change))
    assert is_reviewed(*context.where, context.head_sha) is reviewed


def test_what_other_heads_were_told_is_remembered(attempt, context):
    record(attempt, context)
    assert posted_fingerprints(replace(context, head_sha="f" * 40)) == {"told": Placement.INLINE}


def test_what_the_summary_listed_is_remembered_as_such(attempt, context):
    listed = replace(context, findings=(TOLD.placed(Placement.BODY, "why"),), summary_id="6")
    record(attempt, listed)
    assert posted_fingerprints(replace(context, head_sha="f" * 40)) == {"told": Placement.BODY}


def test_what_was_on_a_line_once_has_its_thread_there_wherever_it_was_listed_since(attempt, context):
    record(attempt, replace(context, findings=(TOLD.placed(Placement.BODY, "why"),), summary_id="6"))
    record(attempt, replace(context, head_sha="e" * 40))
    assert posted_fingerprints(replace(context, head_sha="f" * 40)) == {"told": Placement.INLINE}


@pytest.mark.parametrize("placement", [Placement.INLINE, Placement.BODY])
def test_what_could_not_be_posted_was_not_told(attempt, context, placement):
    record(attempt, replace(context, findings=(TOLD.placed(placement, ""),), github_review_id="", summary_id=""))
    assert posted_fingerprints(replace(context, head_sha="f" * 40)) == {}


def test_what_this_head_was_told_does_not_count_against_it(attempt, context):
    record(attempt, context)
    assert posted_fingerprints(context) == {}


class TestAFullReview:
    def test_of_a_reviewed_head_is_another_one(self, attempt, context):
        record(attempt, context)
        record(attempt, replace(context, purpose=full(4_000)))
        assert sorted(Review.objects.values_list("purpose", flat=True)) == ["full 4000", "review"]

    def test_is_had_once_for_each_comment_that_asks(self, attempt, context):
        record(attempt, replace(context, purpose=full(4_000)))
        of = {comment_id: full(comment_id) for comment_id in (4_000, 4_001)}
        had = {key: is_reviewed(*context.where, context.head_sha, purpose=purpose) for key, purpose in of.items()}
        assert had == {4_000: True, 4_001: False}

    def test_does_for_the_plain_one_and_not_the_other_way_round(self, attempt, context):
        record(attempt, context)
        assert not is_reviewed(*context.where, context.head_sha, purpose=full(4_000))
        Review.objects.update(purpose=full(4_000))
        assert is_reviewed(*context.where, context.head_sha)

    def test_says_again_what_was_said_of_other_heads(self, attempt, context):
        record(attempt, context)
        assert posted_fingerprints(replace(context, head_sha="f" * 40, purpose=full(4_000))) == {}


def test_a_partial_review_says_what_is_missing(context):
    assert outcome_of(replace(context, shortfalls=("One.", "Two."))) == (Outcome.PARTIAL, "One. Two.")
