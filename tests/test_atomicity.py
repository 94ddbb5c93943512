"""What must happen together, failing at every statement and around the commit: all of it, or nothing.

The door's acts, events, and the ends of jobs with all that their listeners add.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, transaction
from django.test import override_settings

from analysis.requests import request_graph
from jobs import transitions, waits
from jobs.enqueue import enqueue
from jobs.foreign_events import consume
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import ErrorClassification, EventType, WorkflowType
from jobs.transitions import Failure
from reviews import check_runs
from reviews.models import Effect
from tests.atomicity import assert_all_or_nothing
from tests.connections import ends_at_commit
from tests.webhooks.deliveries import HEAD, SECRET, changed, comment, headers_for, ping, pull_request, push, to_bytes
from webhooks import intake
from webhooks.models import WebhookDelivery

pytestmark = pytest.mark.django_db(transaction=True)

GUID, FIRST_GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958", "72d3162e-cc78-11e3-81ab-4c9367dc0957"
KEY = f"octo/app@{HEAD}"
PUSHED = pull_request("synchronize", head="c" * 40)
BROKEN = Failure(ErrorClassification.PERMANENT, "Broken", "it broke")
FOREIGN = {"event_id": "e1", "type": "ast.completed", "scope": "octo", "key": KEY, "payload": {}}


@pytest.fixture(autouse=True)
def known_secret(settings: LazySettings) -> None:
    settings.GITHUB_WEBHOOK_SECRETS = (SECRET,)
    settings.DEBOUNCE_SECONDS = 0


def accept(event: str, payload: Any, *, delivery: str = GUID) -> None:
    body = to_bytes(payload)
    intake.accept(headers_for(event, body, delivery=delivery), body)


def claimed(job: WorkflowJob) -> WorkflowJob:
    return transitions.claim(job.id, job.dispatch, owner="w1", lease_seconds=30)


def nothing() -> None:
    return None


def opened() -> WorkflowJob:
    accept("pull_request", pull_request(), delivery=FIRST_GUID)
    return WorkflowJob.objects.get()


def started() -> WorkflowJob:
    return claimed(opened())


def failed() -> WorkflowJob:
    return transitions.fail(started(), BROKEN)


def held() -> int:
    """A delivery of a time when the queue was off."""
    with override_settings(QUEUE_ENABLED=False):
        accept("pull_request", pull_request())
    return WebhookDelivery.objects.get().pk


def running() -> WorkflowJob:
    return claimed(enqueue(WorkflowType.CHECK_CLOSING, {}, dedupe_key=None, organization="octo").job)


def pause(job: WorkflowJob) -> None:
    wait = WaitForEvent(EventType.AST_COMPLETED, scope="octo", key=KEY, timeout=timedelta(hours=1))
    waits.pause(job, wait)


def two_waiting() -> None:
    for _ in range(2):
        pause(running())


def emit(_: object) -> None:
    waits.emit(EventType.AST_COMPLETED, scope="octo", key=KEY, payload={}, event_id="e1", source="test")


def graph_being_built() -> WorkflowJob:
    """While a job waits for it."""
    two_waiting()
    options = {
        "organization": "octo",
        "repository": "octo/app",
        "remote": "https://example.test",
        "subject": "a graph",
    }
    return claimed(request_graph(**options, head_sha=HEAD, base_sha=None).job)


def review_with_an_open_check() -> WorkflowJob:
    job = started()
    Effect.objects.create(
        repository_id=1, number=7, head_sha=HEAD, purpose=check_runs.PURPOSE, marker="m", job_id=job.id, fence=1
    )
    return job


SCENARIOS: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {
    "a pull request is opened": (nothing, lambda _: accept("pull_request", pull_request())),
    "a push folds": (opened, lambda _: accept("pull_request", PUSHED)),
    "a push supersedes": (started, lambda _: accept("pull_request", PUSHED)),
    "a close cancels": (opened, lambda _: accept("pull_request", pull_request("closed"))),
    "a delivery comes again under another id": (opened, lambda _: accept("pull_request", pull_request())),
    "a delivery whose job failed comes again": (
        failed,
        lambda _: accept("pull_request", pull_request(), delivery=FIRST_GUID),
    ),
    "a comment asks for a review": (nothing, lambda _: accept("issue_comment", comment())),
    "a comment cancels a review": (opened, lambda _: accept("issue_comment", comment("/review cancel"))),
    "a command comes by another hook": (
        lambda: accept("issue_comment", comment("/review pause"), delivery=FIRST_GUID),
        lambda _: accept("issue_comment", changed(comment("/review pause"), "installation", {"id": 17})),
    ),
    "a push to the default branch": (nothing, lambda _: accept("push", push())),
    "a ping": (nothing, lambda _: accept("ping", ping())),
    "a held delivery is replayed": (held, intake.replay),
    "an event wakes two jobs": (two_waiting, emit),
    "a job pauses": (running, pause),
    "a graph is built": (graph_being_built, lambda job: transitions.complete(job, {})),
    "a graph cannot be built": (graph_being_built, lambda job: transitions.fail(job, BROKEN)),
    "a review ends and leaves its check open": (review_with_an_open_check, lambda job: transitions.fail(job, BROKEN)),
    "a foreign event is consumed": (two_waiting, lambda _: consume(FOREIGN)),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_is_done_whole_or_not_at_all(name):
    arrange, act = SCENARIOS[name]
    assert assert_all_or_nothing(arrange, act) >= 1


@pytest.mark.parametrize(("when", "jobs"), [("before", 0), ("after", 1)])
def test_a_connection_can_end_right_at_its_commit(when, jobs):
    with pytest.raises(OperationalError), ends_at_commit(when), transaction.atomic():
        running()
    assert WorkflowJob.objects.count() == jobs


def test_what_is_done_in_two_transactions_is_found_out():
    def act(_: None) -> None:
        for key in ("pull 1", "pull 2"):
            enqueue(WorkflowType.CHECK_CLOSING, {}, dedupe_key=key)

    with pytest.raises(AssertionError):
        assert_all_or_nothing(nothing, act)
