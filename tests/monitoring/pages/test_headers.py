import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitoring.pages.headers import POLICY

pytestmark = pytest.mark.django_db
REPORT = {"csp-report": {"document-uri": "https://q/jobs", "violated-directive": "img-src", "blocked-uri": "data"}}


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/admin/", "/workflow-queue/jobs/1", "/livez"])
def test_every_answer_says_what_a_browser_must_refuse(admin_client, path):
    headers = admin_client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def report(client: Any, body: bytes) -> list[Any]:
    with capture_logs() as logs:
        answer = client.post("/csp-report", body, content_type="application/csp-report")
    assert answer.status_code == 204
    return logs


def test_what_a_browser_refused_is_logged(admin_client):
    (line,) = report(admin_client, json.dumps(REPORT).encode())
    assert (line["page"], line["directive"], line["blocked"]) == ("https://q/jobs", "img-src", "data")


def test_a_stranger_s_report_is_not_logged(client):
    assert report(client, json.dumps(REPORT).encode()) == []


def test_a_long_report_is_not_read(admin_client):
    assert report(admin_client, b"x" * 8_193) == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"csp-report": 1}', b"\xff", b"[" * 8_000])
def test_an_unreadable_report_harms_nothing(admin_client, body):
    assert [line["page"] for line in report(admin_client, body)] == ["unreadable report"]


def test_what_is_told_of_a_report_is_short(admin_client):
    body = {"csp-report": {"document-uri": "https://q/" + "x" * 3_000}}
    (line,) = report(admin_client, json.dumps(body).encode())
    assert len(line["page"]) == 200
