from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from jobs import transitions
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent, Wake
from jobs.states import ErrorClassification, EventType, JobStatus
from jobs.transitions import Failure
from reviews.purposes import REVIEW, full
from reviews.requests import PullRequestRef, cancel_reviews, request_local_review, request_review, warm_graph
from reviews.triggers import COMMAND

pytestmark = pytest.mark.django_db

OLD, NEW = "a" * 40, "b" * 40
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def ref(
    head_sha: str = OLD, *, number: int = 12, repository: str = "octo/app", at: datetime | None = NOON
) -> PullRequestRef:
    return PullRequestRef(
        organization="octo",
        installation_id=None,
        repository=repository,
        repository_id=7,
        number=number,
        head_sha=head_sha,
        as_of=at,
    )


def request(*args, trigger: str = "opened", **options):
    return request_review(ref(*args, **options), trigger=trigger, delivery_id="d-1")


def push(head_sha: str):
    return request(head_sha, trigger="synchronize")


def status(enqueued) -> str:
    return row(enqueued).status


def row(enqueued) -> WorkflowJob:
    return WorkflowJob.objects.get(id=enqueued.job.id)


def started(enqueued) -> WorkflowJob:
    make_due(enqueued)
    return transitions.claim(enqueued.job.id, row(enqueued).dispatch, owner="w1", lease_seconds=30)


def make_due(enqueued, *, seconds_ago: float = 1) -> None:
    WorkflowJob.objects.filter(id=enqueued.job.id).update(due_at=timezone.now() - timedelta(seconds=seconds_ago))


WAKE = Wake("EVENT", EventType.AST_COMPLETED, "k", {})
FAILURE = Failure(ErrorClassification.RETRYABLE, "Passing", "it may pass")


def paused(enqueued) -> None:
    wait = WaitForEvent(EventType.AST_COMPLETED, scope="octo", key="k", timeout=timedelta(hours=1))
    transitions.pause(started(enqueued), wait, wake=None)


def resumed(enqueued) -> None:
    paused(enqueued)
    transitions.resume(enqueued.job.id, WAKE, scope="octo", actor="t")


def retrying(enqueued) -> None:
    options = {"delay": timedelta(hours=1), "charged": True, "patience": timedelta()}
    transitions.retry(started(enqueued), FAILURE, **options)


def test_a_request_makes_one_job_that_names_the_pull_request():
    job = request().job
    assert (job.subject, job.organization, job.correlation_id) == ("octo/app#12", "octo", "d-1")
    assert job.payload == {
        "origin": "github",
        "repository": "octo/app",
        "repository_id": 7,
        "number": 12,
        "author": "",
        "head_sha": OLD,
        "trigger": "opened",
        "purpose": "review",
        "installation_id": None,
        "as_of": "2026-05-04T12:00:00+00:00",
    }


def test_the_same_head_twice_is_one_job():
    first, second = request(), request()
    assert (second.created, second.job.id) == (False, first.job.id)


@pytest.mark.parametrize("begin", [started, paused, resumed, retrying])
def test_a_newer_head_supersedes_a_review_that_began_whatever_it_does(begin):
    old = request(OLD)
    begin(old)
    new = push(NEW)
    assert (status(old), status(new), new.created) == (JobStatus.CANCELLED, JobStatus.PENDING, True)
    assert row(old).reason == "superseded by a review of bbbbbbbbbb"


def test_a_newer_head_supersedes_under_the_repositorys_older_name():
    old = request(OLD, repository="octo/old-name")
    started(old)
    push(NEW)
    assert status(old) == JobStatus.CANCELLED


class TestAReviewThatNeverStarted:
    def test_takes_the_newer_head_and_keeps_its_place(self):
        first = request(OLD)
        make_due(first, seconds_ago=600)
        due_at = row(first).due_at
        second = push(NEW)
        job = row(first)
        assert (second.created, second.job.id, job.payload["head_sha"]) == (False, job.id, NEW)
        assert (job.due_at, job.payload["trigger"]) == (due_at, "synchronize")
        assert job.history.get(verb="fold").detail == {"reason": "aaaaaaaaaa gave way to bbbbbbbbbb"}

    def test_has_one_message_which_names_its_latest_dispatch(self):
        first = request(OLD)
        push(NEW)
        assert list(row(first).messages.values_list("dispatch", flat=True)) == [2]

    def test_stays_one_that_a_person_asked_for(self):
        first = request(OLD, trigger="command")
        push(NEW)
        assert row(first).payload["trigger"] == "command"


class TestPushesInARow:
    def due_in(self, enqueued) -> float:
        return (row(enqueued).due_at - timezone.now()).total_seconds()

    def test_wait_for_the_next_one(self, settings):
        settings.DEBOUNCE_SECONDS = 50
        assert 45 < self.due_in(push(OLD)) <= 50

    def test_are_one_review_of_the_last(self, settings):
        settings.DEBOUNCE_SECONDS = 50
        first = push(OLD)
        WorkflowJob.objects.update(due_at=timezone.now() + timedelta(seconds=3))
        push(NEW)
        assert 45 < self.due_in(first) <= 50
        assert (WorkflowJob.objects.count(), row(first).payload["head_sha"]) == (1, NEW)

    def test_do_not_put_it_off_for_ever(self, settings):
        settings.DEBOUNCE_SECONDS = 50
        first = push(OLD)
        WorkflowJob.objects.update(created_at=timezone.now() - timedelta(seconds=270))
        push(NEW)
        assert 25 < self.due_in(first) <= 30

    def test_of_a_pull_request_just_opened_do_not_wait(self):
        assert self.due_in(request(OLD)) <= 0


def test_a_review_passes_the_gates_of_its_code_host():
    assert request().job.gates == ["github", "github:token"]


@pytest.mark.parametrize("number", [1, 121])
def test_other_pull_requests_are_left_alone(number):
    other = request(OLD, number=number)
    push(NEW)
    assert status(other) == JobStatus.PENDING


def test_a_job_that_ended_is_not_superseded():
    old = request(OLD)
    transitions.cancel(old.job.id, actor="test", reason="by hand")
    request(NEW)
    assert WorkflowJob.objects.get(id=old.job.id).reason == "by hand"


class TestWhatAPersonAskedFor:
    """A live review that nobody asked for may be about to find that there is no need for it."""

    def ask(self, purpose: str = REVIEW):
        return request_review(ref(""), trigger="command", purpose=purpose, delivery_id="d-2")

    def asked(self, enqueued) -> tuple[str, str]:
        payload = row(enqueued).payload
        return payload["trigger"], payload["purpose"]

    def test_is_done_by_the_review_that_never_started(self):
        first = push(OLD)
        assert self.ask().job.id == first.job.id
        assert (self.asked(first), row(first).due_at <= timezone.now()) == (("command", "review"), True)
        assert row(first).history.get(verb="fold").detail == {"reason": "aaaaaaaaaa gave way to the head it finds"}

    def test_supersedes_one_that_has_not_decided_yet(self):
        first = request()
        started(first)
        assert (self.ask().created, status(first)) == (True, JobStatus.CANCELLED)

    def test_is_done_by_one_that_is_under_way(self):
        first = request()
        transitions.checkpoint(started(first), stage="check_wanted", state={}, lease_seconds=30)
        assert self.ask().job.id == first.job.id

    @pytest.mark.parametrize("stage", ["resolve_pull_request", "read_configuration"])
    def test_supersedes_one_that_may_still_find_that_it_is_not_wanted(self, stage):
        first = request()
        transitions.checkpoint(started(first), stage=stage, state={}, lease_seconds=30)
        second = self.ask()
        assert (status(first), self.asked(second)) == (JobStatus.CANCELLED, ("command", "review"))

    def test_stays_asked_for_when_a_push_supersedes_it(self):
        first = self.ask(full(4_000))
        started(first)
        second = push(NEW)
        assert (status(first), self.asked(second)) == (JobStatus.CANCELLED, ("command", "full 4000"))

    def test_stays_asked_for_when_a_push_folds_into_it(self):
        first = self.ask(full(4_000))
        push(NEW)
        assert (self.asked(first), row(first).payload["head_sha"]) == (("command", "full 4000"), NEW)

    @pytest.mark.parametrize("begin", [started, paused, retrying])
    def test_if_it_is_all_of_it_supersedes_a_review_of_less(self, begin):
        first = self.ask()
        begin(first)
        second = self.ask(full(4_000))
        assert (status(first), self.asked(second)) == (JobStatus.CANCELLED, ("command", "full 4000"))

    @pytest.mark.parametrize("purpose", [REVIEW, full(4_001)])
    def test_is_done_by_a_full_review(self, purpose):
        first = self.ask(full(4_000))
        assert self.ask(purpose).job.id == first.job.id
        assert self.asked(first) == ("command", "full 4000")

    def test_of_the_release_before_this_one_is_a_plain_review(self):
        first = self.ask()
        del first.job.payload["purpose"]
        WorkflowJob.objects.update(payload=first.job.payload)
        assert self.ask().job.id == first.job.id
        assert self.asked(self.ask(full(4_000)))[1] == "full 4000"


def test_a_request_without_a_head_takes_the_live_review():
    first = request(OLD)
    assert request("").job.id == first.job.id


def test_a_request_without_a_head_makes_a_job_when_none_is_live():
    assert request("").created


def close(*, minutes_later: float) -> int:
    return cancel_reviews(ref(at=NOON + timedelta(minutes=minutes_later)), reason="closed", actor="webhook")


def reopen(*, minutes_later: float, head_sha: str = OLD):
    return request(head_sha, at=NOON + timedelta(minutes=minutes_later), trigger="reopened")


def test_cancelling_ends_every_live_review_of_the_pull_request():
    enqueued = request()
    assert close(minutes_later=1) == 1
    assert (status(enqueued), close(minutes_later=1)) == (JobStatus.CANCELLED, 0)


class TestEventsThatArriveInAnotherOrder:
    def test_a_close_leaves_the_review_that_was_asked_for_after_it(self):
        enqueued = reopen(minutes_later=2)
        assert (close(minutes_later=1), status(enqueued)) == (0, JobStatus.PENDING)

    def test_a_close_in_the_same_second_as_the_opening_ends_the_review(self):
        request()
        assert close(minutes_later=0) == 1

    @pytest.mark.parametrize("trigger", ["reopened", "ready_for_review", COMMAND])
    def test_a_close_in_the_same_second_as_what_may_be_newer_leaves_it_to_the_review_to_find_out(self, trigger):
        request(trigger=trigger)
        assert close(minutes_later=0) == 0

    def test_a_close_ends_a_review_of_the_release_before_this_one(self):
        enqueued = request()
        del enqueued.job.payload["as_of"]
        WorkflowJob.objects.update(payload=enqueued.job.payload)
        assert close(minutes_later=1) == 1

    @pytest.mark.parametrize("begin", [lambda _: None, started, paused, retrying])
    @pytest.mark.parametrize("push_came_last", [False, True])
    def test_a_close_before_the_reopening_that_came_first_ends_nothing(self, begin, push_came_last):
        begin(request())
        reopen(minutes_later=2)
        if push_came_last:
            request(NEW, at=NOON + timedelta(minutes=1), trigger="synchronize")
        assert close(minutes_later=1.5) == 0
        assert WorkflowJob.objects.filter(status=JobStatus.PENDING).count() == 1

    @pytest.mark.parametrize("trigger", ["reopened", "ready_for_review", "converted_to_draft"])
    def test_a_review_that_may_have_found_it_closed_begins_again(self, trigger):
        old = request()
        started(old)
        new = request(at=NOON + timedelta(minutes=2), trigger=trigger)
        assert (status(old), status(new), new.created) == (JobStatus.CANCELLED, JobStatus.PENDING, True)

    def test_a_reopening_from_before_the_review_was_asked_for_changes_nothing(self):
        first = request(at=NOON + timedelta(minutes=2))
        assert reopen(minutes_later=1).job.id == first.job.id
        assert row(first).history.count() == 1


def test_a_local_review_may_be_asked_for_again(tmp_path):
    first = request_local_review(tmp_path, base_sha=OLD, head_sha=NEW)
    second = request_local_review(tmp_path, base_sha=OLD, head_sha=NEW)
    assert first.job.id != second.job.id
    assert first.job.payload["repository"] == second.job.payload["repository"]


def test_a_new_commit_on_the_default_branch_warms_its_graph():
    job = warm_graph(organization="octo", repository="octo/app", head_sha=NEW, delivery_id="d-2").job
    assert (job.workflow_type, job.payload["head_sha"], job.payload["base_sha"]) == ("AST_ANALYSIS", NEW, None)
    assert (job.payload["remote"], job.correlation_id) == (f"{settings.GITHUB_GIT_URL}/octo/app.git", "d-2")
