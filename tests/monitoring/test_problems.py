import pytest
from django.http import Http404
from rest_framework.exceptions import NotAcceptable, Throttled, ValidationError

from monitoring.problems import CONTENT_TYPE, as_problem, not_found, server_error
from telemetry import correlation


def test_an_unknown_address_of_the_api_is_a_problem(client):
    answer = client.get("/workflow-queue/nothing-here")
    assert (answer.status_code, answer["Content-Type"]) == (404, CONTENT_TYPE)
    assert answer.json()["title"] == "Not Found"


def test_an_unknown_address_elsewhere_is_an_ordinary_page(rf):
    assert not_found(rf.get("/elsewhere"), Http404())["Content-Type"].startswith("text/html")


def test_a_crash_in_the_api_tells_the_correlation_id_and_nothing_else(client, monkeypatch):
    monkeypatch.setattr("monitoring.api.jobs.seen_job", lambda *_: 1 / 0)
    monkeypatch.setattr("monitoring.api.jobs.JobView.permission_classes", [])
    client.raise_request_exception = False
    answer = client.get("/workflow-queue/jobs/1", headers={"X-Correlation-ID": "ask-2"})
    assert (answer.status_code, answer["Content-Type"]) == (500, CONTENT_TYPE)
    assert answer.json()["correlation_id"] == "ask-2"
    assert "ZeroDivisionError" not in answer.content.decode()


def test_a_crash_elsewhere_is_an_ordinary_page(rf):
    assert server_error(rf.get("/elsewhere"))["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("error", "status"), [(NotAcceptable(), 406), (Throttled(wait=3), 429)])
def test_what_rest_framework_refuses_is_a_problem(error, status):
    with correlation.bind("ask-3"):
        response = as_problem(error, {})
    assert response is not None
    assert (response.data["status"], response.data["correlation_id"]) == (status, "ask-3")


def test_fields_that_are_not_acceptable_are_listed():
    response = as_problem(ValidationError({"reason": ["This field is required."]}), {})
    assert response is not None
    assert response.data["errors"] == {"reason": ["This field is required."]}


def test_an_error_nobody_expected_is_left_to_django():
    assert as_problem(ZeroDivisionError(), {}) is None
