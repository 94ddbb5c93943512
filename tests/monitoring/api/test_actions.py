"""What is done through the API is done once, for a reason, and kept in the audit trail."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import WorkflowEvent, WorkflowJob
from jobs.states import ErrorClassification, WorkflowType
from jobs.transitions import Failure
from monitoring.models import AuditEntry
from monitoring.problems import CONTENT_TYPE
from tests.monitoring.api.conftest import post
from webhooks.models import Verdict, WebhookDelivery

pytestmark = pytest.mark.django_db


def make_job(**values: Any) -> WorkflowJob:
    return enqueue(WorkflowType.CODE_REVIEW, {"number": 1}, dedupe_key=None, organization="octo", **values).job


def failed_job() -> WorkflowJob:
    job = make_job()
    running = transitions.claim(job.id, job.dispatch, owner="host:1", lease_seconds=30)
    return transitions.fail(running, Failure(ErrorClassification.PERMANENT, "NotFound", "No such pull request."))


def cancel(client: Any, job: WorkflowJob, reason: str = "not wanted", **headers: str) -> Any:
    return post(client, f"/workflow-queue/jobs/{job.id}/cancel", {"reason": reason}, **headers)


def status_of(job: WorkflowJob) -> str:
    return WorkflowJob.objects.get(id=job.id).status


def test_a_cancelled_job_says_who_and_why(operator):
    job = make_job()
    answer = cancel(operator, job)
    assert (answer.status_code, answer.json()["status"], answer.json()["reason"]) == (200, "CANCELLED", "not wanted")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target, entry.reason, entry.result) == (
        "cancel",
        str(job.id),
        "not wanted",
        "CANCELLED",
    )
    assert entry.actor == job.history.get(verb="cancel").actor


def test_a_failed_job_is_runnable_after_a_retry(operator):
    job = failed_job()
    answer = post(operator, f"/workflow-queue/jobs/{job.id}/retry", {"reason": "fixed"})
    assert (answer.status_code, answer.json()["status"]) == (200, "PENDING")


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_what_the_state_does_not_allow_is_a_conflict_that_the_audit_trail_keeps(operator, action):
    job = failed_job() if action == "cancel" else make_job()
    answer = post(operator, f"/workflow-queue/jobs/{job.id}/{action}", {"reason": "why not"})
    assert (answer.status_code, answer["Content-Type"]) == (409, CONTENT_TYPE)
    assert job.status in answer.json()["detail"]
    assert AuditEntry.objects.get().result == answer.json()["detail"]


def test_a_retry_of_what_another_job_does_says_so(operator):
    job = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key="one").job
    transitions.cancel(job.id, actor="test", reason="test")
    enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key="one")
    answer = post(operator, f"/workflow-queue/jobs/{job.id}/retry", {"reason": "again"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "Another job does the same work already.")


def test_who_looked_before_it_changed_does_not_act(operator):
    job = make_job()
    seen = operator.get(f"/workflow-queue/jobs/{job.id}")["ETag"]
    transitions.claim(job.id, job.dispatch, owner="host:1", lease_seconds=30)
    assert cancel(operator, job, **{"If-Match": seen}).status_code == 412
    assert status_of(job) == "PROCESSING"
    seen = operator.get(f"/workflow-queue/jobs/{job.id}")["ETag"]
    assert cancel(operator, job, **{"If-Match": f'"other", {seen}'}).status_code == 200


def test_under_one_key_it_happens_once_and_is_answered_the_same(operator):
    job = failed_job()
    path, body = f"/workflow-queue/jobs/{job.id}/retry", {"reason": "fixed"}
    first = post(operator, path, body, **{"Idempotency-Key": "one"})
    again = post(operator, path, body, **{"Idempotency-Key": "one"})
    assert (again.status_code, again.json(), again["Idempotent-Replay"]) == (200, first.json(), "true")
    assert job.history.filter(verb="retry by hand").count() == 1
    assert "Idempotent-Replay" not in first


def test_one_key_for_two_requests_is_refused(operator):
    first, second = make_job(), make_job()
    cancel(operator, first, **{"Idempotency-Key": "one"})
    assert cancel(operator, second, **{"Idempotency-Key": "one"}).status_code == 422
    assert cancel(operator, first, reason="another", **{"Idempotency-Key": "one"}).status_code == 422
    assert status_of(second) == "PENDING"


def test_a_key_belongs_to_who_used_it(operator, speaker):
    job = make_job()
    cancel(operator, job, **{"Idempotency-Key": "one"})
    assert cancel(speaker("jobs:write"), job, **{"Idempotency-Key": "one"}).status_code == 409


@pytest.mark.parametrize("key", ["", "x" * 201, "x" * 1_000_000, "with space", "ü"])
def test_a_key_that_is_none_is_refused(operator, key):
    job = make_job()
    assert cancel(operator, job, **{"Idempotency-Key": key}).status_code == 422
    assert status_of(job) == "PENDING"


@pytest.mark.parametrize(
    "body",
    [{}, {"reason": ""}, {"reason": "x" * 501}, {"reason": "x", "status": "COMPLETED"}, {"reason": "x", "tenant": "a"},
     {"reason": ["x"]}, {"reason": {"a": 1}}, [], "text", None],
)  # fmt: skip
def test_a_body_that_is_not_right_changes_nothing(operator, body):
    job = make_job()
    answer = post(operator, f"/workflow-queue/jobs/{job.id}/cancel", body)
    assert (answer.status_code, answer["Content-Type"]) == (422, CONTENT_TYPE)
    assert status_of(job) == "PENDING"


def test_what_is_no_json_is_a_bad_request(operator):
    job = make_job()
    for body in ("{", "\0", '{"reason": NaN}', "[" * 100_000, b"\xff"):
        answer = operator.post(f"/workflow-queue/jobs/{job.id}/cancel", body, content_type="application/json")
        assert answer.status_code == 400
    assert (
        operator.post(
            f"/workflow-queue/jobs/{job.id}/cancel", '{"a": "' + "x" * 1_000_000 + '"}', "application/json"
        ).status_code
        == 413
    )
    assert operator.post(f"/workflow-queue/jobs/{job.id}/cancel", "a=b", content_type="text/plain").status_code == 415


@pytest.mark.django_db(transaction=True)
def test_cancelled_and_retried_by_several_at_once_a_job_is_where_its_history_says(operator, speaker):
    job = failed_job()
    clients = [speaker("jobs:write") for _ in range(3)]
    barrier = threading.Barrier(len(clients))

    def storm(number: int) -> set[int]:
        barrier.wait()
        try:
            path = f"/workflow-queue/jobs/{job.id}"
            return {
                post(clients[number], f"{path}/{action}", {"reason": "storm"}).status_code
                for action in ("retry", "cancel") * 5
            }
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = set[int]().union(*pool.map(storm, range(len(clients))))
    assert answers <= {200, 409}
    rows = list(job.history.order_by("id").values_list("from_status", "to_status"))
    assert all(before[1] == after[0] for before, after in itertools.pairwise(rows))
    assert rows[-1][1] == status_of(job)


def event(**values: Any) -> dict[str, Any]:
    return {"event_id": str(uuid4()), "type": "ast.completed", "scope": "octo", "key": "octo/app@1"} | values


def test_an_event_is_stored_and_says_what_it_found(operator):
    answer = post(operator, "/workflow-queue/events", event(event_id="one"))
    assert (answer.status_code, answer.json()["verdict"]) == (201, "EARLY")
    again = post(operator, "/workflow-queue/events", event(event_id="one"))
    assert (again.status_code, again.json()["duplicates"]) == (200, 1)
    assert WorkflowEvent.objects.count() == 1


def test_another_event_under_a_known_id_is_a_conflict(operator):
    post(operator, "/workflow-queue/events", event(event_id="one"))
    assert post(operator, "/workflow-queue/events", event(event_id="one", key="octo/app@2")).status_code == 409


def test_no_event_is_told_to_another_organization(speaker):
    client = speaker("events:write", organization="acme")
    assert post(client, "/workflow-queue/events", event()).status_code == 403
    assert post(client, "/workflow-queue/events", event(scope="acme")).status_code == 201
    assert list(WorkflowEvent.objects.values_list("scope", flat=True)) == ["acme"]


def test_a_delivery_whose_body_is_gone_cannot_be_carried_out_again(operator):
    delivery = WebhookDelivery.objects.create(
        delivery_id=uuid4(), event="ping", verdict=Verdict.PING, body=b"", body_sha256=b"x" * 32, dropped_bytes=2
    )
    answer = post(operator, f"/workflow-queue/deliveries/{delivery.delivery_id}/reprocess", {"reason": "again"})
    assert answer.status_code == 409
    assert "no longer kept" in answer.json()["detail"]


def stored(body: bytes, event: str = "pull_request") -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        delivery_id=uuid4(), event=event, repository="octo/app", verdict=Verdict.ACCEPTED, body=body,
        body_sha256=b"x" * 32,
    )  # fmt: skip


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"action": "opened"}', b"\xff"])
def test_a_delivery_that_does_not_decode_any_more_is_a_conflict_that_says_why(operator, body):
    delivery = stored(body)
    answer = post(operator, f"/workflow-queue/deliveries/{delivery.delivery_id}/reprocess", {"reason": "again"})
    assert (answer.status_code, answer["Content-Type"]) == (409, CONTENT_TYPE)
    assert answer.json()["detail"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target, entry.result) == (
        "reprocess",
        str(delivery.delivery_id),
        answer.json()["detail"],
    )


@contextmanager
def held(job: WorkflowJob) -> Iterator[None]:
    """By another transaction; who waits for it here gives up soon."""
    holds, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            WorkflowJob.objects.select_for_update().get(id=job.id)
            holds.set()
            over.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        yield
    finally:
        over.set()
        holder.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_a_job_that_something_holds_is_to_be_tried_again_later(operator, action):
    job = failed_job() if action == "retry" else make_job()
    with held(job):
        answer = post(operator, f"/workflow-queue/jobs/{job.id}/{action}", {"reason": "now"})
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, CONTENT_TYPE, "5")
    assert status_of(job) == job.status
    assert not AuditEntry.objects.exists()
    assert post(operator, f"/workflow-queue/jobs/{job.id}/{action}", {"reason": "now"}).status_code == 200
