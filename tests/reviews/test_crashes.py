"""A worker that dies in the worst moment of a stage: its work is done and nothing of it is noted."""

from datetime import timedelta

import pytest

from jobs import transitions
from jobs.attempts import Attempt
from jobs.models import WorkflowJob
from jobs.states import JobStatus
from jobs.testing import drain
from reviews.models import Effect, Finding, Review
from reviews.pipeline import STAGES
from reviews.usage import usage_of
from tests.integrations.language_model.scripted import remarks
from tests.reviews.parts import REPOSITORY, review_job

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker is gone."""


@pytest.fixture
def die_before_noting(monkeypatch):
    """The next checkpoint of the named stage never happens."""

    def arrange(stage: str) -> None:
        checkpoint, deaths = Attempt.checkpoint, [stage]

        def die(self, name, state):
            if name in deaths:
                deaths.remove(name)
                raise Killed
            checkpoint(self, name, state)

        monkeypatch.setattr(Attempt, "checkpoint", die)

    return arrange


def run_through_the_crash(job: WorkflowJob) -> WorkflowJob:
    with pytest.raises(Killed):
        drain()
    WorkflowJob.objects.filter(id=job.id).update(lease_until=job.created_at - timedelta(seconds=1))
    transitions.rescue(job.id, crash_limit=3, grace=timedelta(), actor="test")
    drain()
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("stage", [stage.__name__ for stage in STAGES])
def test_a_crash_in_any_stage_ends_in_one_review(pull, die_before_noting, stage):
    die_before_noting(stage)
    job = run_through_the_crash(review_job(pull))
    assert (job.status, job.outcome["outcome"]) == (JobStatus.COMPLETED, "REVIEWED")
    assert (len(pull.bodies()), sorted(pull.comments())) == (1, [("shop/prices.py", 1), ("shop/prices.py", 6)])
    assert pull.checks() == [("completed", "failure")]
    assert len(pull.summaries()) == 1
    assert (Review.objects.count(), Finding.objects.count(), Effect.objects.count()) == (1, 2, 4)


def test_a_crash_after_recording_records_once(pull, monkeypatch):
    from_handlers = "reviews.handlers.close_check"
    with monkeypatch.context() as patch:
        patch.setattr(from_handlers, raise_killed)
        job = review_job(pull)
        with pytest.raises(Killed):
            drain()
    WorkflowJob.objects.filter(id=job.id).update(lease_until=job.created_at - timedelta(seconds=1))
    transitions.rescue(job.id, crash_limit=3, grace=timedelta(), actor="test")
    drain()
    assert (Review.objects.count(), Finding.objects.count(), len(pull.bodies())) == (1, 2, 1)
    assert [run.status for run in pull.standin.check_runs(REPOSITORY, pull.head_sha)] == ["completed"]


def test_a_crash_after_the_language_model_answered_asks_and_pays_again_and_the_sum_says_so(
    pull, die_before_noting, provider
):
    provider.says(remarks(usage=(1_000, 50)))
    die_before_noting("find")
    usage = usage_of(run_through_the_crash(review_job(pull)).id)
    assert (usage.calls, usage.input_tokens, usage.output_tokens) == (2, 2_000, 100)


def raise_killed(*_args, **_options):
    raise Killed
