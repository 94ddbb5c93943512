"""What a pull request was told goes as a whole, once it was quiet for long; until then nothing is said twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import transitions
from jobs.models import RetentionPolicy
from jobs.pruning import Run, prune
from jobs.retention import JOBS, parameters
from jobs.states import JobStatus
from reviews.commands.standing import Standing, standing_of
from reviews.models import Effect, Finding, GivenCommand, ModelCall, Review
from reviews.purposes import REVIEW
from reviews.records import is_reviewed, posted_fingerprints
from reviews.retention import AFTER_JOBS, MEMORY
from reviews.stages.post import post
from tests.retention import command, days_ago, effect, job, review
from tests.reviews.parts import claimed, review_job
from tests.reviews.stages.test_post import ON_THE_DIFF
from tests.reviews.test_context import FULL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rest")]


def pruned(*rules, **asked):
    return prune(rules or MEMORY, Run(parameters(**asked)))


class TestMemory:
    def test_a_quiet_pull_request_is_forgotten_with_all_that_was_said(self):
        review(days=500), effect(days=500), command(days=500)
        assert pruned() == {"effects": 1, "given_commands": 1, "reviews": 1, "review_findings": 1}

    def test_none_of_it_goes_while_a_part_is_young(self):
        review(days=500), effect(days=500), command(days=10)
        assert pruned() == {}

    def test_an_older_head_of_a_pull_request_that_is_alive_stays(self):
        review(days=500, head="a" * 40), effect(days=500, head="a" * 40)
        review(days=5, head="b" * 40), effect(days=5, head="b" * 40)
        assert pruned() == {}

    def test_another_pull_request_of_the_repository_is_another_memory(self):
        review(days=500, number=7), review(days=5, number=8)
        assert pruned() == {"reviews": 1, "review_findings": 1}
        assert Review.objects.get().number == 8

    def test_effects_without_a_review_go_too(self):
        effect(days=500, number=1), effect(days=5, number=2)
        assert pruned() == {"effects": 1}

    @pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.WAITING_FOR_EVENT])
    def test_it_stays_while_a_live_job_is_about_the_pull_request(self, status):
        review(days=500), effect(days=500), command(days=500)
        job(status, days=1, payload={"repository_id": 1, "number": 7})
        assert pruned() == {}

    def test_it_stays_while_the_check_of_its_review_is_being_closed(self):
        failed = job(JobStatus.FAILED, days=500, payload={"repository_id": 1, "number": 7})
        effect(days=500, job_id=failed.id)
        job(JobStatus.RETRYING, days=1, workflow_type="CHECK_CLOSING", payload={"review_job_id": str(failed.id)})
        assert pruned() == {}

    def test_live_jobs_that_are_about_no_pull_request_keep_nothing(self):
        review(days=500)
        job(JobStatus.PENDING, days=1, payload={"hook": "app/hook"})
        job(JobStatus.PENDING, days=1, payload={"repository_id": 1})
        job(JobStatus.PENDING, days=1, payload={"repository_id": 2, "number": 7})
        assert pruned()["reviews"] == 1

    @pytest.mark.parametrize(("word", "standing"), [("pause", Standing.PAUSED), ("ignore", Standing.IGNORED)])
    def test_that_somebody_had_reviews_stopped_stays_for_good(self, word, standing):
        review(days=4_000), command(word, days=4_000)
        assert pruned() == {"reviews": 1, "review_findings": 1}
        assert standing_of(1, 7) is standing

    def test_an_organization_may_keep_it_for_longer(self):
        RetentionPolicy.objects.create(organization="patient", pull_requests_days=4_000)
        review(days=500, organization="patient"), effect(days=500)
        assert pruned() == {}

    def test_no_age_that_a_run_is_told_reaches_it(self):
        review(days=300), effect(days=300)
        assert pruned(instead={"jobs": 1, "failed": 1, "bodies": 1, "events": 1}) == {}


class TestSayingNothingTwice:
    """As long as the memory is there, although every job it came from is gone."""

    @pytest.fixture(autouse=True)
    def reviewed(self) -> None:
        made = job(days=300)
        review(days=300, job=made), effect(days=300, job_id=made.id)
        pruned(*MEMORY, *JOBS.values(), *AFTER_JOBS)

    def test_a_head_that_was_reviewed_is_known(self):
        assert Review.objects.get().job is None
        assert is_reviewed(1, 7, "a" * 40)

    def test_what_was_told_is_known_at_the_next_push(self):
        pushed = replace(FULL, purpose=REVIEW, repository_id=1, number=7, head_sha="b" * 40)
        assert set(posted_fingerprints(pushed)) == {"f" * 64}

    def test_the_write_on_github_is_known_to_be_made(self):
        assert Effect.objects.get().state == "DONE"


class TestWhatFollowsAJob:
    def call(self, **values):
        return ModelCall.objects.create(provider="p", model="m", held_until=days_ago(1), **values)

    def test_a_model_call_goes_when_its_job_is_gone(self):
        gone, kept = job(days=100), job(days=10)
        self.call(job=gone), self.call(job=kept)
        pruned(*JOBS.values(), *AFTER_JOBS)
        assert ModelCall.objects.get().job == kept

    def test_one_that_holds_a_slot_stays(self):
        call = self.call()
        ModelCall.objects.update(held_until=timezone.now() + timedelta(minutes=1))
        pruned(*AFTER_JOBS)
        assert ModelCall.objects.get() == call

    def test_a_local_review_goes_with_its_job(self):
        local = {"repository_id": None, "number": None}
        review(days=100, job=job(days=100), **local), review(days=1, job=job(days=1), **local)
        pruned(*MEMORY, *JOBS.values(), *AFTER_JOBS)
        assert (Review.objects.count(), Finding.objects.count(), GivenCommand.objects.count()) == (1, 1, 0)


class TestPosting:
    """On the stand-in: what is on GitHub decides, whatever is left of our rows."""

    @pytest.fixture
    def posted(self, attempt, pull):
        return post(attempt, replace(pull.context(), findings=(ON_THE_DIFF,)))

    def test_a_head_is_posted_once_although_the_whole_memory_is_gone(self, posted, attempt, pull):
        transitions.complete(attempt.job, {})
        Effect.objects.update(at=days_ago(500), done_at=days_ago(500))
        Review.objects.update(created_at=days_ago(500), updated_at=days_ago(500))
        assert {"effects", "reviews"} <= set(pruned())
        again = post(claimed(review_job(pull)), replace(posted, github_review_id=""))
        assert (again.github_review_id, len(pull.bodies())) == (posted.github_review_id, 1)
