import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from celeryconfig import ANALYSIS_QUEUE, REVIEW_QUEUE
from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import Gate, PausedQueue, WorkflowJob
from jobs.pausing import pause
from jobs.states import ErrorClassification, WorkflowType
from jobs.transitions import Failure
from monitoring import access
from monitoring.access import Caller, Scope
from monitoring.pages import frame
from monitoring.pages import numbers as numbers_room
from monitoring.pages import overview as overview_room
from monitoring.pages.numbers import last_day, last_hour, numbers
from tests.monitoring.pages.story import job_at
from webhooks.models import Verdict, WebhookDelivery

pytestmark = pytest.mark.django_db
BROKEN = Failure(ErrorClassification.PERMANENT, "NotFound", "No such pull request.")


def make_job(**values: Any) -> WorkflowJob:
    return enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None, **values).job


def claimed(**values: Any) -> WorkflowJob:
    job = make_job(**values)
    return transitions.claim(job.id, job.dispatch, owner="host:1:ab", lease_seconds=30)


def set_of(job: WorkflowJob, **values: Any) -> None:
    WorkflowJob.objects.filter(id=job.id).update(**values)


def deliver(seconds_ago: int, repository: str = "octo/app") -> None:
    WebhookDelivery.objects.create(
        delivery_id=f"00000000-0000-0000-0000-{seconds_ago:012}",
        event="push",
        body=b"",
        body_sha256=seconds_ago.to_bytes(32, "big"),
        repository=repository,
        verdict=Verdict.ACCEPTED,
        received_at=timezone.now() - timedelta(seconds=seconds_ago),
    )


@pytest.fixture
def overview(admin_client):
    def read() -> str:
        return " ".join(admin_client.get("/").content.decode().split())

    return read


def levels(page: str) -> list[str]:
    return [re.findall(rf'class="card (\w+)" id="verdict-{name}"', page)[0] for name in CARDS]


CARDS = ("ingest", "queue", "reviews", "failures")


def test_with_nothing_to_do_nothing_needs_attention(overview, known):
    known()
    page = overview()
    assert levels(page) == ["idle", "ok", "idle", "ok"]
    assert "Everything that should move is moving." in page


def test_before_anything_is_known_nothing_is_claimed(overview):
    page = overview()
    assert "Checking …" in page
    assert "Everything that should move" not in page


def test_the_last_delivery_tells_how_ingest_goes(overview, known):
    known()
    deliver(12)
    deliver(30)
    page = overview()
    assert levels(page)[0] == "ok"
    assert ">12 s</time>" in page
    assert "since the last delivery, of 2 in the last hour." in page


def test_messages_that_are_not_published_turn_ingest_red(overview, known):
    deliver(12)
    known(dispatch="messages are not published: is the dispatcher running?")
    page = overview()
    assert levels(page)[0] == "bad"
    assert "<strong>Messages are not published</strong>" in page


@pytest.mark.parametrize(("minutes", "level"), [(0, "ok"), (1, "warn"), (11, "bad")])
def test_the_oldest_ready_job_tells_how_the_queue_stands(overview, minutes, level):
    set_of(make_job(), due_at=timezone.now() - timedelta(minutes=minutes, seconds=1))
    assert levels(overview())[1] == level


def test_a_job_that_is_due_later_is_not_ready(overview):
    set_of(make_job(), due_at=timezone.now() + timedelta(minutes=5))
    assert "Nothing is ready and left waiting. 0 running" in overview()


def test_reviews_are_told_by_median_and_95th_percentile():
    for seconds in range(1, 101):
        job = transitions.complete(claimed(), {})
        set_of(job, finished_at=job.created_at + timedelta(seconds=seconds))
    found = numbers("")
    assert (found.reviews_in_hour, found.review_p50, found.review_p95) == (100, 50, 95)


def test_one_failure_is_a_warning_and_several_are_bad(overview):
    transitions.fail(claimed(), BROKEN)
    assert levels(overview())[3] == "warn"
    for _ in range(2):
        transitions.fail(claimed(), BROKEN)
    assert levels(overview())[3] == "bad"


def test_a_closed_gate_needs_attention_until_it_opens(overview, known):
    known()
    gate = Gate.objects.create(
        name="github",
        closed_until=timezone.now() + timedelta(minutes=1),
        reason="limit",
        classification="RATE_LIMITED",
    )
    assert "The gate github is closed" in overview()
    Gate.objects.filter(pk=gate.pk).update(closed_until=timezone.now())
    assert "The gate github is closed" not in overview()


def test_a_queue_that_nobody_takes_from_needs_attention(overview, known):
    known()
    set_of(make_job(), due_at=timezone.now() - timedelta(minutes=1))
    assert "Nobody takes from workflow.jobs.code_review" in overview()
    claimed()
    assert "Nobody takes from" not in overview()


def test_a_paused_queue_is_told_as_paused_and_not_as_one_that_nobody_takes_from(overview, known):
    known()
    set_of(make_job(), due_at=timezone.now() - timedelta(hours=2))
    pause(REVIEW_QUEUE, actor="user:ann", reason="GitHub moves.")
    page = overview()
    assert "Nobody takes from" not in page
    assert "<strong>workflow.jobs.code_review is paused</strong>" in page
    assert "By user:ann: GitHub moves. 1 ready meanwhile.</p>" in page
    assert levels(page)[1] == "ok"
    assert "1 kept by a pause." in page


def test_a_pause_of_more_than_a_day_is_asked_about(overview, known):
    known()
    pause(REVIEW_QUEUE, actor="user:ann", reason="GitHub moves.")
    assert "is it still meant?" not in overview()
    PausedQueue.objects.update(since=timezone.now() - timedelta(hours=25))
    assert "That is more than a day: is it still meant?" in overview()


def test_a_paused_queue_hides_no_other(overview, known):
    known()
    set_of(make_job(), due_at=timezone.now() - timedelta(hours=2))
    pause(ANALYSIS_QUEUE, actor="user:ann", reason="r")
    page = overview()
    assert "Nobody takes from workflow.jobs.code_review" in page
    assert levels(page)[1] == "bad"


def test_jobs_are_counted_in_the_minute_they_arrived_in():
    set_of(transitions.complete(claimed(), {}), created_at=timezone.now() - timedelta(minutes=5, seconds=10))
    set_of(transitions.fail(claimed(), BROKEN), created_at=timezone.now() - timedelta(minutes=61))
    make_job()
    minutes = last_hour("")
    assert len(minutes) == 60
    assert {
        minute.ago: (minute.completed, minute.failed, minute.live) for minute in minutes if any(_kinds(minute))
    } == {
        5: (1, 0, 0),
        0: (0, 0, 1),
    }


@pytest.mark.parametrize("organization", ["", "octo"])
def test_the_last_day_is_told_by_the_hour(organization):
    transitions.complete(claimed(organization="octo"), {})
    transitions.fail(claimed(organization="octo"), BROKEN)
    make_job(organization="octo")
    job_at(timezone.now() - timedelta(hours=25))
    hours = last_day(organization)
    assert len(hours) == 24
    assert hours[-1].at <= timezone.now() < hours[-1].at + timedelta(hours=1)
    assert sum(sum(hour.counts.values()) for hour in hours) == 3
    kinds = {kind: sum(hour.counts[kind] for hour in hours[-2:]) for kind in hours[-1].counts}
    assert kinds == {"completed": 1, "failed": 1, "cancelled": 0, "live": 1}


def test_of_an_hour_no_more_is_counted_than_is_bounded(monkeypatch):
    monkeypatch.setattr(numbers_room, "MOST_OF_AN_HOUR", 2)
    for _ in range(3):
        make_job(organization="octo")
    assert last_day("")[-1].counts["live"] == 2
    assert last_day("octo")[-1].counts["live"] == 2


def test_another_organization_s_day_is_not_told():
    make_job(organization="octo")
    assert sum(hour.counts["live"] for hour in last_day("acme")) == 0


def test_the_day_is_on_the_page(overview):
    make_job()
    assert "The last 24 hours" in overview()
    assert "<b>1</b> accepted" in overview()


def _kinds(minute: Any) -> tuple[int, ...]:
    return minute.completed, minute.failed, minute.cancelled, minute.live


def test_one_organization_s_numbers_know_nothing_of_another():
    transitions.complete(claimed(organization="octo"), {})
    transitions.fail(claimed(organization="other"), BROKEN)
    deliver(5, "octo/app")
    deliver(6, "octo_r/app")
    found, minutes = numbers("octo"), last_hour("octo")
    assert (found.deliveries_in_hour, found.reviews_in_hour, found.failed_in_day) == (1, 1, 0)
    assert sum(minute.completed + minute.failed for minute in minutes) == 1


def test_what_belongs_to_all_is_not_told_to_one_organization(admin_client, overview, known, monkeypatch):
    known(broker="does not answer")
    member = Caller("user:ada", frozenset(Scope), organization="octo")
    for room in (access, frame, overview_room):
        monkeypatch.setattr(room, "caller_of", lambda _request: member)
    page = overview()
    assert "Needs attention" not in page
    assert "does not answer" not in page
    assert "/queues" not in page
    assert admin_client.get("/queues").status_code == 403
