"""A queue is paused and resumed through the API: once, for a reason, by those who may for all organizations."""

from typing import Any

import pytest

from celeryconfig import ANALYSIS_QUEUE, CALENDAR_QUEUE, REVIEW_QUEUE
from jobs import pausing, transitions
from jobs.enqueue import enqueue
from jobs.errors import TransitionRefused
from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from monitoring.models import AuditEntry
from monitoring.problems import CONTENT_TYPE
from tests.monitoring.api.conftest import post

pytestmark = pytest.mark.django_db


def make_job() -> WorkflowJob:
    return enqueue(WorkflowType.CODE_REVIEW, {"number": 1}, dedupe_key=None, organization="octo").job


def told(client: Any, action: str, queue: str = REVIEW_QUEUE, reason: str = "GitHub moves", **headers: str) -> Any:
    return post(client, f"/workflow-queue/queues/{queue}/{action}", {"reason": reason}, **headers)


def listed(client: Any) -> dict[str, Any]:
    return {queue["name"]: queue["paused"] for queue in client.get("/workflow-queue/queues").json()["results"]}


def test_a_paused_queue_is_told_with_who_why_and_since_when(operator):
    answer = told(operator, "pause")
    body = answer.json()
    assert (answer.status_code, body["name"], body["changed"]) == (200, REVIEW_QUEUE, True)
    assert (body["paused"]["reason"], body["paused"]["by"].startswith("token:")) == ("GitHub moves", True)
    assert listed(operator)[REVIEW_QUEUE] == body["paused"]
    assert listed(operator)[ANALYSIS_QUEUE] is None


def test_nothing_of_it_is_claimed_until_it_is_resumed(operator):
    job = make_job()
    told(operator, "pause")
    with pytest.raises(TransitionRefused):
        transitions.claim(job.id, job.dispatch, owner="w", lease_seconds=30)
    body = told(operator, "resume", reason="GitHub has moved").json()
    assert (body["paused"], body["changed"]) == (None, True)
    assert transitions.claim(job.id, job.dispatch, owner="w", lease_seconds=30).status == "PROCESSING"


def test_its_jobs_say_who_keeps_them_and_why(operator):
    job = make_job()
    told(operator, "pause")
    text = operator.get(f"/workflow-queue/jobs/{job.id}").json()["explanation"]
    assert text.startswith("Its queue is paused since ")
    assert "GitHub moves" in text


def test_what_is_so_already_is_answered_so_and_stays(operator):
    told(operator, "pause")
    again = told(operator, "pause", reason="another").json()
    assert (again["changed"], again["paused"]["reason"]) == (False, "GitHub moves")
    assert [told(operator, "resume").json()["changed"] for _ in range(2)] == [True, False]


def test_the_audit_trail_keeps_who_why_and_what_came_of_it(operator):
    for action in ("pause", "pause", "resume", "resume"):
        told(operator, action, reason=f"to {action}")
    rows = AuditEntry.objects.order_by("id").values_list("action", "target", "reason", "result")
    assert list(rows) == [
        ("pause queue", REVIEW_QUEUE, "to pause", "paused"),
        ("pause queue", REVIEW_QUEUE, "to pause", "was paused already"),
        ("resume queue", REVIEW_QUEUE, "to resume", "resumed"),
        ("resume queue", REVIEW_QUEUE, "to resume", "was not paused"),
    ]


@pytest.mark.parametrize("queue", [CALENDAR_QUEUE, "workflow.dead", "code_review", "%00", "x" * 2_000, "..%2Fjobs"])
@pytest.mark.parametrize("action", ["pause", "resume"])
def test_what_is_no_queue_of_jobs_is_not_found(operator, queue, action):
    answer = told(operator, action, queue)
    assert (answer.status_code, answer["Content-Type"]) == (404, CONTENT_TYPE)
    assert (pausing.pauses(), AuditEntry.objects.count()) == ({}, 0)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_reason_nothing_happens(operator, reason):
    assert told(operator, "pause", reason=reason).status_code == 422
    assert pausing.pauses() == {}


def test_under_one_key_it_happens_once(operator):
    first = told(operator, "pause", **{"Idempotency-Key": "one"})
    told(operator, "resume")
    again = told(operator, "pause", **{"Idempotency-Key": "one"})
    assert (again.json(), again["Idempotent-Replay"]) == (first.json(), "true")
    assert pausing.pauses() == {}


def test_who_is_of_one_organization_may_not(speaker):
    client = speaker("queues:write", "queues:read", organization="octo")
    assert [told(client, action).status_code for action in ("pause", "resume")] == [403, 403]
    assert pausing.pauses() == {}
