"""A real process reports to a Sentry of ours on loopback; nothing it was given may be found in what it sent."""

import gzip
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from telemetry.redaction import MASK
from telemetry.sentry import before_send
from tests.processes import ROOT, Process
from tests.telemetry.secrets import EXAMPLES, core

OURS = "a-token-of-ours-in-no-known-form"
PRIVATE = "the_authors_private_code"
CRASHES = """
import json, logging, os
import django
django.setup()
import sentry_sdk
from django.test import Client
from telemetry import correlation

secrets, ours, private = json.loads(os.environ["TOLD"])
local_code = private
with correlation.bind("delivery-1"):
    for secret in [*secrets, ours]:
        logging.getLogger("jobs").warning("about to call %s", secret)
        try:
            raise OSError("calling with " + secret)
        except OSError:
            logging.getLogger("jobs").exception("call failed", extra={"diff": secret})
Client(raise_request_exception=False).get(
    "/workflow-queue/jobs/1?key=" + secrets[0],
    headers={"Authorization": "Basic " + ours, "Cookie": "sessionid=" + ours, "X-Correlation-ID": "ask-1"},
)
Client(raise_request_exception=False).post("/workflow-queue/jobs/1", {"diff": private}, "application/json")
sentry_sdk.flush(10)
print("reported")
"""


class Sentry(ThreadingHTTPServer):
    """Takes what is sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.envelopes: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server_port}/1"

    def events(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for envelope in self.envelopes for line in envelope.splitlines() if line]
        return [line for line in lines if "event_id" in line and "platform" in line]


class _Taking(BaseHTTPRequestHandler):
    server: Sentry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        packed = self.headers.get("Content-Encoding") == "gzip"
        self.server.envelopes.append((gzip.decompress(body) if packed else body).decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """A test run prints no access log."""


@pytest.fixture(scope="module")
def sentry() -> Iterator[Sentry]:
    """What a process of ours told Sentry after it crashed in several ways."""
    server = Sentry()
    told = json.dumps([[*EXAMPLES.values()], OURS, PRIVATE])
    process = Process(
        sys.executable,
        "-c",
        CRASHES,
        TOLD=told,
        SENTRY_DSN=server.dsn,
        KODUS_GITHUB_TOKEN=OURS,
        KODUS_PROCESS="worker-review",
        PYTHONPATH=str(ROOT),
    )
    process.start()
    try:
        process.wait_for("reported", seconds=120)
    finally:
        process.stop()
        server.shutdown()
        server.server_close()
    return server


def test_errors_are_reported(sentry):
    assert len(sentry.events()) >= len(EXAMPLES)


def test_an_error_names_its_delivery_and_its_process(sentry):
    tags = [event["tags"] for event in sentry.events()]
    assert {tag["process"] for tag in tags} == {"worker-review"}
    assert "delivery-1" in {tag["correlation_id"] for tag in tags}


@pytest.mark.parametrize("form", [form for form in EXAMPLES if form != "one of ours"])
def test_no_secret_is_sent(sentry, form):
    secret = core(EXAMPLES[form])
    sent = "\n".join(sentry.envelopes)
    assert secret not in sent
    assert json.dumps(secret)[1:-1] not in sent


def test_our_own_token_is_not_sent(sentry):
    assert OURS not in "\n".join(sentry.envelopes)
    assert MASK in "\n".join(sentry.envelopes)


def test_no_local_variable_and_no_body_is_sent(sentry):
    sent = "\n".join(sentry.envelopes)
    assert PRIVATE not in sent
    assert '"vars"' not in sent


def test_the_host_has_no_name(sentry):
    assert {event["server_name"] for event in sentry.events()} == {"worker-review"}


def test_whatever_an_event_holds_is_redacted():
    event: Any = {"extra": {"note": EXAMPLES["GitHub token"]}, "breadcrumbs": {"values": [EXAMPLES["Slack token"]]}}
    assert before_send(event, {})["extra"] == {"note": MASK}
