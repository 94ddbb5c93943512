from decimal import Decimal

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from reviews.models import ModelCall
from reviews.records import record
from reviews.usage import usage_of
from tests.reviews.parts import claimed, review_job

pytestmark = pytest.mark.django_db


def spent(attempt, *, tokens=(100, 20), cost="0.01", **values) -> ModelCall:
    figures = {"input_tokens": tokens[0], "output_tokens": tokens[1], "cost": cost and Decimal(cost), **values}
    return ModelCall.objects.create(
        job_id=attempt.job_id, provider="model.test", model="small", held_until=Now(), **figures
    )


@pytest.fixture
def static_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path  # a folder that exists is all the middleware asks for


def test_a_review_that_asked_nobody_used_nothing(attempt):
    assert str(usage_of(attempt.job_id)) == "not asked"


def test_the_usage_of_a_review_is_the_sum_of_its_jobs_calls_and_of_no_others(attempt, pull):
    spent(attempt)
    spent(attempt, tokens=(1_000, 200), cost="0.125", error="AnswerUnreadable")
    spent(claimed(review_job(pull)))
    assert str(usage_of(attempt.job_id)) == "2 calls, 1,100 tokens in, 220 out, cost 0.135000"


def test_calls_nobody_knows_the_use_of_are_counted_beside_the_sum(attempt):
    spent(attempt)
    spent(attempt, tokens=(None, None), cost=None)
    assert str(usage_of(attempt.job_id)) == (
        "2 calls, 100 tokens in, 20 out, cost 0.010000; 1 of the calls not counted"
    )


def test_without_prices_no_cost_is_told(attempt):
    spent(attempt, cost=None)
    assert str(usage_of(attempt.job_id)) == "1 calls, 100 tokens in, 20 out"


def test_the_admin_shows_the_sum_on_the_review_and_each_call_in_a_list(admin_client, attempt, pull, static_files):
    review = record(attempt, pull.context())
    spent(attempt)
    page = admin_client.get(reverse("admin:reviews_review_change", args=[review.pk])).content.decode()
    assert "1 calls, 100 tokens in, 20 out, cost 0.010000" in page
    calls = admin_client.get(reverse("admin:reviews_modelcall_changelist"), {"q": str(attempt.job_id)})
    assert "0.01" in calls.content.decode()
