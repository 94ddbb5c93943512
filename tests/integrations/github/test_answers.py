import json
from datetime import UTC, datetime

import httpx
import pytest

from integrations.github.answers import Answer, refusal
from integrations.github.errors import (
    CredentialsRefused,
    Forbidden,
    Gates,
    GitHubUnavailable,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    RequestRefused,
    ValidationFailed,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def refused(status, payload=None, *, method="GET", **headers):
    body = b"" if payload is None else json.dumps(payload).encode()
    return refusal(Answer(method, "/x", status, httpx.Headers(headers), body), now=NOW)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRefused),
        (401, CredentialsRefused),
        (403, Forbidden),
        (404, NotFound),
        (410, NotFound),
        (415, RequestRefused),
        (422, ValidationFailed),
        (451, RequestRefused),
    ],
)
def test_a_refusal_is_named_by_its_status_and_permanent(status, kind):
    error = refused(status)
    assert type(error) is kind
    assert error.permanent


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_failing_server_leaves_only_writes_unknown(status):
    assert type(refused(status)) is GitHubUnavailable
    assert type(refused(status, method="POST")) is OutcomeUnknown


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_rate_limit_is_no_missing_permission(method):
    error = refused(403, method=method, **{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1767225660"})
    assert isinstance(error, RateLimited)
    assert (error.permanent, error.retry_after) == (False, 60.0)


def test_a_refusal_that_tells_about_github_as_a_whole_names_the_gate():
    gates = Gates(host="enterprise", credential="enterprise:app-7")
    told = [
        getattr(refusal(Answer(method, "/x", status, httpx.Headers(), b""), now=NOW, gates=gates), "gate", None)
        for method, status in [("GET", 429), ("POST", 429), ("GET", 503), ("POST", 503), ("GET", 403), ("POST", 422)]
    ]
    assert told == ["enterprise:app-7", "enterprise:app-7", "enterprise", "enterprise", None, None]


def test_errors_given_as_objects_become_texts():
    errors = [{"resource": "CheckRun", "field": "name", "code": "missing_field"}, "plain"]
    assert refused(422, {"message": "Validation Failed", "errors": errors}).errors == (
        "CheckRun name missing_field",
        "plain",
    )


def test_the_message_says_what_happened_where_and_which_request():
    error = refused(404, {"message": "Not Found"}, **{"X-GitHub-Request-Id": "AB:12"})
    assert str(error) == (
        "There is no such thing on GitHub, or the token may not see it."
        " GET /x answered 404 (Not Found) [request AB:12]"
    )


def test_a_page_of_html_is_still_a_refusal():
    answer = Answer("GET", "/x", 404, httpx.Headers(), b"<html>")
    assert type(refusal(answer, now=NOW)) is NotFound
