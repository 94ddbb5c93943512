from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import ErrorClassification, EventType, WorkflowType
from jobs.transitions import Failure
from jobs.waits import pause

pytestmark = pytest.mark.django_db


def make_job(**values: Any) -> WorkflowJob:
    return enqueue(WorkflowType.CODE_REVIEW, {"number": 12}, dedupe_key=None, **values).job


def claimed() -> WorkflowJob:
    job = make_job()
    return transitions.claim(job.id, job.dispatch, owner="host:1:ab", lease_seconds=30)


def get(client: Any, job: WorkflowJob, tail: str = "", **query: Any) -> dict[str, Any]:
    answer = client.get(f"/workflow-queue/jobs/{job.id}{tail}", query)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def test_a_job_says_what_it_is_and_why_it_is_where_it_is(admin_client):
    job = get(admin_client, make_job(organization="octo", subject="octo/app#12", correlation_id="delivery-1"))
    assert (job["status"], job["subject"], job["correlation_id"]) == ("PENDING", "octo/app#12", "delivery-1")
    assert job["explanation"].endswith("its message waits for its turn.")
    assert (job["lease"], job["wait"], job["error"], job["outcome"]) == (None, None, None, None)


def test_a_running_job_names_its_lease(admin_client):
    job = get(admin_client, claimed())
    assert job["lease"]["owner"] == "host:1:ab"
    assert "on worker host:1:ab, attempt 1" in job["explanation"]


def test_a_waiting_job_names_its_wait(admin_client):
    wait = WaitForEvent(EventType.AST_COMPLETED, scope="octo", key="octo/app@1", timeout=timedelta(minutes=15))
    job = get(admin_client, pause(claimed(), wait))
    assert (job["wait"]["type"], job["wait"]["key"], job["wait"]["ended_by"]) == ("ast.completed", "octo/app@1", None)
    assert job["explanation"].startswith("Waiting for ast.completed of octo/app@1 since ")


def test_a_failed_job_gives_its_error(admin_client):
    failure = Failure(ErrorClassification.PERMANENT, "NotFound", "No such pull request.")
    job = get(admin_client, transitions.fail(claimed(), failure))
    assert job["error"] == {"class": "PERMANENT", "type": "NotFound", "message": "No such pull request."}


def test_what_a_stage_kept_does_not_leave_the_house(admin_client):
    job = transitions.checkpoint(claimed(), stage="fetch", state={"diff": "private code"}, lease_seconds=30)
    assert "private code" not in str(get(admin_client, job))
    assert "private code" not in str(get(admin_client, job, "/history"))


def test_the_history_is_told_from_the_start(admin_client):
    job = transitions.complete(claimed(), {"outcome": "REVIEWED"})
    rows = get(admin_client, job, "/history")["results"]
    assert [row["verb"] for row in rows] == ["enqueue", "claim", "complete"]
    assert (rows[2]["actor"], rows[2]["detail"]) == ("host:1:ab", {"outcome": "REVIEWED"})


def test_a_long_history_comes_in_pages_that_miss_and_repeat_nothing(admin_client):
    job = make_job()
    for dispatch in range(1, 5):
        transitions.redispatch(job.id, dispatch, actor="t")
    page, seen = get(admin_client, job, "/history", limit=2), []
    while True:
        seen += [row["dispatch"] for row in page["results"]]
        if not page["next"]:
            break
        page = admin_client.get(page["next"]).json()
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("value", ["x", "-1", "1e3", "\0", "9" * 5000, "٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣"])
@pytest.mark.parametrize("name", ["after", "limit"])
def test_a_page_that_cannot_be_meant_is_refused_by_field(admin_client, name, value):
    answer = admin_client.get(f"/workflow-queue/jobs/{make_job().id}/history", {name: value})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [name]


def test_a_page_has_at_most_two_hundred_rows(admin_client):
    answer = admin_client.get(f"/workflow-queue/jobs/{make_job().id}/history", {"limit": 201})
    assert answer.status_code == 400


@pytest.mark.parametrize("job_id", [uuid4(), "1", "not-an-id", "%00", "a" * 3000, "..", "{}"])
@pytest.mark.parametrize("tail", ["", "/history"])
def test_an_unknown_job_is_a_problem_that_names_the_correlation_id(admin_client, job_id, tail):
    path = f"/workflow-queue/jobs/{job_id}{tail}"
    answer = admin_client.get(path, headers={"X-Correlation-ID": "ask-1"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert (answer.json()["status"], answer.json()["correlation_id"]) == (404, "ask-1")


@pytest.mark.parametrize("tail", ["", "/history"])
def test_nobody_reads_without_signing_in(client, tail):
    answer = client.get(f"/workflow-queue/jobs/{make_job().id}{tail}")
    assert answer.status_code in {401, 403}
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("tail", ["", "/history"])
def test_who_is_no_operator_reads_nothing(client, tail):
    client.force_login(User.objects.create_user("visitor", password="x"))
    assert client.get(f"/workflow-queue/jobs/{make_job().id}{tail}").status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_job_cannot_be_written_over_rest(admin_client, method):
    answer = getattr(admin_client, method)(f"/workflow-queue/jobs/{make_job().id}", "{}", "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
