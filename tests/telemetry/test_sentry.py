"""A real process reports to a Sentry of ours on loopback; nothing it was given may be found in what it sent."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from telemetry.redaction import MASK
from telemetry.sentry import before_send
from tests.processes import ROOT, Process
from tests.telemetry.fake_sentry import Sentry
from tests.telemetry.secrets import EXAMPLES, core

OURS = "a-token-of-ours-in-no-known-form"
PRIVATE = "the_authors_private_code"
CRASHES = """
import json, logging, os
import django
django.setup()
import sentry_sdk
import structlog
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
    try:
        raise OSError("relaying " + ours)
    except OSError:
        structlog.get_logger("jobs").exception("duty failed", duty=ours)
Client(raise_request_exception=False).get(
    "/workflow-queue/jobs/1?key=" + secrets[0],
    headers={"Authorization": "Basic " + ours, "Cookie": "sessionid=" + ours, "X-Correlation-ID": "ask-1"},
)
Client(raise_request_exception=False).post("/workflow-queue/jobs/1", {"diff": private}, "application/json")
sentry_sdk.flush(10)
print("reported")
"""


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
        server.close()
    return server


def test_errors_are_reported(sentry):
    assert len(sentry.events()) >= len(EXAMPLES)


def test_an_error_in_our_log_comes_with_its_class_its_frames_and_the_lines_own_words(sentry):
    told = [event for event in sentry.events() if event["logentry"]["message"] == "duty failed"]
    (error,) = told[0]["exception"]["values"]
    assert (error["type"], bool(error["stacktrace"]["frames"])) == ("OSError", True)
    assert told[0]["fingerprint"] == ["OSError", ""]


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
