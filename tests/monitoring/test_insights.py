from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from jobs import transitions
from jobs.models import JobExecutionHistory, WorkflowJob
from jobs.states import WorkflowType
from jobs.transitions import Failure
from monitoring.insights import Insights, insights_of, percentile, times
from monitoring.sampling import PERIODS, drawn
from reviews.models import Finding
from tests.monitoring.pages.story import lived, make_job, take

pytestmark = pytest.mark.django_db


def found() -> Insights:
    return insights_of(drawn(PERIODS["1h"], timezone.now()))


def test_with_nothing_there_is_nothing_and_no_division_by_it():
    nothing = found()
    assert nothing.all_to_post.p50 is None
    assert sum(sum(by.values()) for by in nothing.outcomes) == 0
    assert (nothing.model.calls, nothing.usefulness.posted, nothing.retries) == (0, 0, {})


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([(3, 1)], 0.95, 3),
        ([(number, 1) for number in range(1, 101)], 0.5, 50),
        ([(number, 1) for number in range(1, 101)], 0.95, 95),
        ([(1, 1), (2, 98), (3, 1)], 0.5, 2),
        ([(1, 99), (9, 1)], 0.95, 1),
    ],
)
def test_a_percentile_counts_what_a_value_stands_for(values, share, expected):
    assert percentile(values, share) == expected


def test_times_are_sorted_out_by_themselves():
    assert times([(3, 1), (1, 1), (2, 1)]).p50 == 2


def test_jobs_are_told_by_how_they_stand():
    lived()
    transitions.fail(take(make_job(uuid4(), WorkflowType.CODE_REVIEW, head="2" * 40)), Failure("PERMANENT", "X", "y"))
    make_job(uuid4(), WorkflowType.CODE_REVIEW, head="3" * 40)
    last = found().outcomes[-1]
    assert last == {"completed": 2, "failed": 1, "cancelled": 0, "live": 1}


def test_the_way_to_the_start_and_to_the_posted_review_is_timed():
    story = lived()
    begun = story.review.created_at - timedelta(seconds=90)
    WorkflowJob.objects.filter(id=story.review.id).update(created_at=begun, started_at=begun + timedelta(seconds=4))
    type(story.told).objects.update(created_at=begun + timedelta(seconds=70))
    told = found()
    assert told.all_to_post.p50 == 70
    assert told.all_to_start.p95 == 4


def test_a_review_that_posted_nothing_is_not_timed_to_its_posting():
    type(lived().told).objects.update(github_review_id="")
    assert found().all_to_post.count == 0


def test_a_stage_lasts_from_the_row_before_to_its_checkpoint():
    job = lived().review
    rows = {row.verb: row for row in JobExecutionHistory.objects.filter(job=job).order_by("-id")}
    first_claim = JobExecutionHistory.objects.filter(job=job, verb="claim").earliest("id")
    JobExecutionHistory.objects.filter(pk=rows["checkpoint"].pk).update(at=first_claim.at + timedelta(seconds=12))
    assert found().stages["fetch_change"].p50 == 12
    assert found().stages["post"].p50 is None


def test_retries_are_told_by_the_class_of_their_error():
    for classification in ("RETRYABLE", "RETRYABLE", "RATE_LIMITED"):
        job = take(make_job(uuid4(), WorkflowType.CODE_REVIEW, head=uuid4().hex))
        failure, soon = Failure(classification, "X", "y"), timedelta(seconds=1)
        transitions.retry(job, failure, delay=soon, charged=True, patience=soon)
    assert found().retries == {"RETRYABLE": 2, "RATE_LIMITED": 1}


def test_findings_tell_what_was_of_use_and_why_others_were_not_told():
    lived()
    Finding.objects.filter(posted=True).update(fixed_in="2" * 40, thumbs_down=2)
    use = found().usefulness
    assert (use.reviews, use.posted, use.fixed, use.thumbs_up, use.thumbs_down) == (1, 1, 1, 0, 2)
    assert use.kept_back == {"over the limit": 1}


def test_what_a_model_cost_is_summed_up():
    lived()
    model = found().model
    assert (model.asked, model.calls, model.input, model.output) == (1, 1, 4_000, 300)
    assert model.cost == pytest.approx(0.012)


def test_four_statements_tell_all_of_it(django_assert_num_queries):
    lived()
    sample = drawn(PERIODS["30d"], timezone.now())
    with django_assert_num_queries(4):
        insights_of(sample)
