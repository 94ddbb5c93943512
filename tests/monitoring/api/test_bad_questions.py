"""What a list may not be asked is refused in words, and nothing of it reaches the database."""

import pytest

from jobs.enqueue import enqueue
from jobs.states import WorkflowType

pytestmark = pytest.mark.django_db

JOBS = "/workflow-queue/jobs"


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "-1"}, {"limit": "0"}, {"limit": "1000000000"}, {"limit": "abc"}, {"limit": "1e3"},
        {"after": "nonsense"}, {"after": "1"}, {"after": "\0"}, {"after": "x" * 5_000},
        {"status__in": "FAILED"}, {"password__startswith": "a"}, {"payload": "{}"}, {"page_size": "5"},
        {"status": "failed"}, {"status": ""}, {"type": "DROP TABLE"}, {"error_class": "secret"},
        {"repository": "x" * 5_000}, {"author": ""}, {"author": "a\0b"},
        {"ordering": "checkpoint"}, {"ordering": "-lease_owner"}, {"ordering": "created_at,id"},
        {"created_after": "yesterday"}, {"created_after": "2026-13-01"}, {"created_before": "99999-01-01T00:00:00Z"},
        {"limit": ["5", "6"]}, {"repository": ["a"] * 21},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(operator, query):
    answer = operator.get(JOBS, query)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == set(query)


@pytest.mark.parametrize(
    "value", ["%", "_", "' OR 1=1 --", "(a+)+$", "%(status)s", "{value}", "%s", "\u202e", "octo/app' || '"]
)
def test_a_value_is_only_ever_a_value(operator, value):
    enqueue(WorkflowType.CODE_REVIEW, {"repository": "octo/app", "author": "ada"}, dedupe_key=None)
    for name in ("repository", "author", "head", "organization", "correlation_id", "pull_request", "event", "worker"):
        answer = operator.get(JOBS, {name: value})
        assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_dates_at_the_ends_of_time_are_dates(operator):
    for when in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"):
        assert operator.get(JOBS, {"created_after": when}).status_code == 200
        assert operator.get(JOBS, {"created_before": when}).status_code == 200


def test_an_id_of_nothing_is_no_job(operator):
    for text in ("nonsense", "0" * 32, "00000000-0000-0000-0000-000000000000", "%00", "x" * 3_000):
        assert operator.get(f"{JOBS}/{text}").status_code == 404


def test_only_json_is_to_be_had(operator):
    assert operator.get(JOBS, headers={"Accept": "application/xml"}).status_code == 406
    assert operator.get(JOBS, {"format": "../../etc/passwd"}).status_code in {400, 404}


def test_a_page_of_another_list_is_just_a_place(operator, speaker):
    """Where a page begins is an id; whoever makes one up sees their own rows behind it."""
    job = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None, organization="acme").job
    answer = speaker("jobs:read", organization="octo").get(JOBS, {"after": str(job.id), "ordering": "created_at"})
    assert answer.json()["results"] == []


@pytest.mark.parametrize("query", [{"limit": "x"}, {"verdict": "?"}, {"job": "1"}, {"after": "0"}, {"body": "x"}])
def test_deliveries_are_asked_as_strictly(operator, query):
    assert operator.get("/workflow-queue/deliveries", query).status_code == 400


@pytest.mark.parametrize("query", [{"limit": "x"}, {"verdict": "?"}, {"type": "x"}, {"payload": "x"}])
def test_events_are_asked_as_strictly(operator, query):
    assert operator.get("/workflow-queue/events", query).status_code == 400
