import io
import json
import logging
from typing import Any
from uuid import UUID

import pytest
import structlog
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from telemetry import correlation
from telemetry.logging import MAX_FIELD_LENGTH, configure
from telemetry.redaction import MASK
from tests.telemetry.secrets import any_secret, core

any_json = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)
# The stream is emptied for every example.
shared_stream = hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


class Written(io.StringIO):
    """What was logged."""

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.raw().split("\n")[:-1]]

    def only(self) -> dict[str, Any]:
        (line,) = self.lines()
        return line

    def raw(self) -> str:
        return self.getvalue()

    def clear(self) -> None:
        self.seek(0)
        self.truncate()


@pytest.fixture
def written(monkeypatch):
    """Logs as a process named "worker-review" writes them; the suite's own logging is put back afterwards."""
    root, stream = logging.getLogger(), Written()
    before = list(root.handlers), root.level, list(structlog.get_config()["processors"])
    monkeypatch.setattr("sys.stderr", stream)
    configure({"level": "INFO", "process": "worker-review", "release": "1.2.3"})
    yield stream
    root.handlers[:], root.level = before[:2]
    structlog.get_config()["processors"][:] = before[2]


def log() -> Any:
    return structlog.get_logger("tests.telemetry")


def test_a_logger_that_was_used_follows_when_all_is_configured_again(written, monkeypatch):
    monkeypatch.setattr("sys.stderr", written)  # pytest has put its own in the place of the fixture's
    used = log()
    used.info("before")
    configure({"level": "INFO", "process": "api", "release": "1.2.4"})
    used.info("after")
    assert [(line["event"], line["service"]) for line in written.lines()] == [
        ("before", "worker-review"),
        ("after", "api"),
    ]


def test_a_line_says_what_where_when_and_for_which_delivery(written):
    with correlation.bind("delivery-1", job_id="7"):
        log().info("attempt started", stage="fetch_change")
    line = written.only()
    assert line.pop("ts").endswith("Z")
    assert line == {
        "event": "attempt started",
        "level": "info",
        "logger": "tests.telemetry",
        "service": "worker-review",
        "release": "1.2.3",
        "correlation_id": "delivery-1",
        "job_id": "7",
        "stage": "fetch_change",
    }


def test_a_line_of_another_library_looks_the_same(written):
    with correlation.bind("delivery-1"):
        logging.getLogger("some.library").warning("retrying %s in %d s", "GET", 3)
    line = written.only()
    assert (line["event"], line["level"], line["logger"]) == ("retrying GET in 3 s", "warning", "some.library")
    assert (line["service"], line["correlation_id"]) == ("worker-review", "delivery-1")


def test_an_error_is_one_line_with_its_trace(written):
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        log().exception("duty failed")
    assert "ZeroDivisionError" in written.only()["exception"]


@shared_stream
@given(st.text(), st.dictionaries(st.from_regex(r"[a-z]{3,8}", fullmatch=True), any_json, max_size=3))
def test_whatever_is_logged_is_one_line_of_json(written, text, fields):
    written.clear()
    log().info("event received", **{"text": text, **fields})
    logging.getLogger("some.library").warning("%s", text)
    assert len(written.lines()) == 2


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "\u2028", "\x1b[31m", "\ud800", '"}\n{"event": "forged"}', "\0"])
def test_no_text_can_forge_a_line_or_steer_a_terminal(written, text):
    log().info("event received", text=text)
    assert len(written.lines()) == 1
    assert written.raw().isascii()
    assert written.raw().rstrip("\n").isprintable()


def test_values_json_does_not_know_are_written_too(written):
    log().info("event received", id=UUID(int=1), what={1, 2}, error=ValueError("no"), body=b"\xff")
    assert "ValueError" in written.only()["error"]


def test_a_long_field_is_cut_and_says_so(written):
    log().info("event received", body="x" * 10_000)
    body = written.only()["body"]
    assert len(body) < MAX_FIELD_LENGTH + 50
    assert body.endswith("… (10000 characters)")


def test_a_secret_at_the_cut_is_masked_before_it_is_cut(written):
    token = "ghp_" + "a" * 36
    log().info("event received", body="x" * (MAX_FIELD_LENGTH - 15) + " " + token)
    assert "ghp_" not in written.raw()


@shared_stream
@given(any_secret)
def test_no_secret_reaches_the_log_by_any_way_in(written, secret):
    written.clear()
    with correlation.bind("delivery-1", url=secret):
        log().info(f"calling {secret}", field=secret, nested={"list": [secret]}, error=OSError(secret))
        logging.getLogger("some.library").warning("calling %s with %r", secret, {"as": secret})
    error = OSError(secret)
    log().error("call failed", exc_info=error)
    logging.getLogger("some.library").error("call failed", exc_info=error)
    assert core(secret) not in written.raw()
    assert json.dumps(core(secret))[1:-1] not in written.raw()
    assert MASK in written.raw()


def test_chatty_libraries_are_quiet(written):
    logging.getLogger("httpx").info("HTTP Request: GET https://api.github.com/")
    assert written.raw() == ""
