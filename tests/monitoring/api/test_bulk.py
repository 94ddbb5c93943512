"""Bulk actions over the API: looked at first, asked for once, refused in words."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from monitoring.bulk import preview
from monitoring.models import AuditEntry
from monitoring.problems import CONTENT_TYPE
from tests.monitoring.api.conftest import post
from tests.monitoring.bulk.conftest import claimed, completed, failed, make_job, run, status_of

pytestmark = pytest.mark.django_db

PATH = "/workflow-queue/bulk-actions"
OURS = {"repository": ["octo/app"]}


def bulk(client: Any, action: str = "cancel", wanted: Any = OURS, **headers: str) -> Any:
    return post(client, PATH, {"action": action, "filter": wanted, "reason": "not wanted"}, **headers)


def look(client: Any, action: str = "cancel", wanted: Any = OURS) -> Any:
    return told(post(client, f"{PATH}/preview", {"action": action, "filter": wanted}))


def told(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_preview_counts_and_does_nothing(operator):
    jobs = [make_job() for _ in range(7)]
    answer = look(operator)
    assert (answer["count"], answer["counted_all"], answer["refused"]) == (7, True, [])
    assert answer["first"] == sorted((str(job.id) for job in jobs), reverse=True)[:5]
    assert answer["at_most"] == 100_000
    assert status_of(*jobs) == ["PENDING"] * 7
    assert not WorkflowJob.objects.filter(workflow_type=WorkflowType.BULK_ACTION).exists()
    assert not AuditEntry.objects.exists()


def test_a_preview_says_what_would_be_refused(operator):
    make_job()
    failed()
    for _ in range(2):
        completed()
    answer = look(operator)
    assert answer["count"] == 1
    assert answer["refused"] == [
        {"reason": "A job that is COMPLETED cannot be cancelled.", "count": 2},
        {"reason": "A job that is FAILED cannot be cancelled.", "count": 1},
    ]


def test_a_preview_stops_counting_and_says_so(operator, monkeypatch):
    monkeypatch.setattr(preview, "COUNTED", 3)
    for _ in range(5):
        make_job()
    answer = look(operator)
    assert (answer["count"], answer["counted_all"]) == (3, False)


def test_among_more_than_are_counted_the_few_it_can_be_done_to_are_all_told(operator, monkeypatch):
    monkeypatch.setattr(preview, "COUNTED", 3)
    make_job()
    for _ in range(5):
        completed()
    answer = look(operator)
    assert (answer["count"], answer["counted_all"]) == (1, True)


def test_a_preview_of_nothing_is_none(operator):
    answer = look(operator, "retry")
    assert (answer["count"], answer["counted_all"], answer["first"], answer["refused"]) == (0, True, [], [])


def test_a_preview_needs_few_questions(operator):
    make_job()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        look(operator)
    assert len(asked) <= 8


def test_it_is_answered_with_the_job_that_does_it(operator):
    job = make_job()
    answer = bulk(operator)
    assert answer.status_code == 202
    assert answer["Location"] == f"http://testserver{PATH}/{answer.json()['id']}"
    assert (answer.json()["status"], answer.json()["filter"], answer.json()["done"]) == ("PENDING", OURS, 0)
    run(WorkflowJob.objects.get(id=answer.json()["id"]))
    shown = told(operator.get(answer["Location"]))
    assert (shown["status"], shown["done"], shown["refused"], shown["more"]) == ("COMPLETED", 1, [], False)
    assert status_of(job) == ["CANCELLED"]


def test_under_one_key_there_is_one_action(operator):
    first = bulk(operator, **{"Idempotency-Key": "one"})
    again = bulk(operator, **{"Idempotency-Key": "one"})
    assert (again.status_code, again.json()) == (202, first.json())


def test_a_second_one_at_a_time_is_a_conflict_that_names_the_first(operator):
    first = bulk(operator).json()["id"]
    answer = bulk(operator, "retry")
    assert (answer.status_code, first in answer.json()["detail"]) == (409, True)
    assert AuditEntry.objects.filter(action="bulk retry", result__contains=first).exists()


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {}}, {"filter": None}, {"filter": []}, {"filter": "status=FAILED"}, {"filter": {"payload": ["x"]}},
        {"filter": {"status": "FAILED"}}, {"filter": {"status": []}}, {"filter": {"status": ["failed"]}},
        {"filter": {"repository": ["x" * 5_000]}}, {"filter": {"repository": ["a"] * 21}},
        {"filter": {"limit": 5, "status": ["FAILED"]}}, {"filter": {"ordering": "created_at"}},
        {"filter": {"created_after": "yesterday"}},
        {"action": "delete"}, {"action": ""}, {"action": ["cancel"]}, {"reason": ""}, {"reason": "x" * 501},
        {"preview": True}, {"organization": "acme"}, {"by": "user:eve"}, {"filter": {"repository": ["a\0b"]}},
        {"filter": {"repository": [5]}}, {"reason": 5}, {"reason": " \n"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_said(operator, body):
    answer = post(operator, PATH, {"action": "cancel", "filter": OURS, "reason": "x", **body})
    assert (answer.status_code, answer["Content-Type"]) == (422, CONTENT_TYPE)
    assert list(answer.json()["errors"])
    assert not WorkflowJob.objects.exists()


def test_a_reason_is_needed_to_act_and_none_to_look(operator):
    body = {"action": "cancel", "filter": OURS}
    assert post(operator, PATH, body).status_code == 422
    assert post(operator, f"{PATH}/preview", {**body, "reason": "x"}).status_code == 422
    assert post(operator, f"{PATH}/preview", body).status_code == 200


@pytest.mark.parametrize(("action", "status"), [("cancel", "COMPLETED"), ("retry", "PENDING")])
def test_what_no_job_of_that_status_allows_is_a_conflict(operator, action, status):
    answer = bulk(operator, action, {"status": [status]})
    assert answer.status_code == 409
    assert AuditEntry.objects.get().result == answer.json()["detail"]
    assert not WorkflowJob.objects.exists()


def test_who_is_of_one_organization_counts_and_acts_in_that_one(operator, speaker):
    client = speaker("jobs:write", "jobs:read", organization="octo")
    ours, theirs = make_job(), make_job("acme/app#1")
    wanted = {"status": [JobStatus.PENDING]}
    assert look(client, wanted=wanted)["first"] == [str(ours.id)]
    answer = bulk(client, wanted=wanted)
    run(WorkflowJob.objects.get(id=answer.json()["id"]))
    assert status_of(ours, theirs) == ["CANCELLED", "PENDING"]
    assert told(client.get(answer["Location"]))["done"] == 1
    assert bulk(operator).status_code == 202, "another organization's action is no conflict"


def test_what_is_no_bulk_action_is_not_there(operator):
    for text in (str(claimed().id), "nonsense", "00000000-0000-0000-0000-000000000000"):
        assert operator.get(f"{PATH}/{text}").status_code == 404
