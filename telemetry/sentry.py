"""Errors to Sentry, when SENTRY_DSN is set: no bodies, no local variables, no query strings, all of it redacted.

What is reported are errors of the log, what a web process answers with 500, and what the executor hands to `report`.
An error is grouped with those of its class in its stage: messages and lines of code change, these do not.
"""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber
from sentry_sdk.types import Breadcrumb, BreadcrumbHint, Event, Hint
from structlog.contextvars import get_contextvars

from telemetry import correlation, tracing
from telemetry.redaction import redact_value

DENIED = [
    *DEFAULT_DENYLIST,
    "x_hub_signature_256",
    "private_key",
    "installation_token",
    "webhook_secret",
    "diff",
    "patch",
    "prompt",
]
#: Of a request's headers; what else a sender puts there is not for us to hand on.
TOLD_HEADERS = frozenset(
    {"content-length", "content-type", "host", "user-agent", "x-github-delivery", "x-github-event"}
)
#: Of a breadcrumb of a request.
_QUERY = frozenset({"http.query", "http.fragment"})
_TAGS = ("job_id", "workflow_type", "stage", "attempt", "worker")


def start(dsn: str, *, process: str, release: str, environment: str) -> None:
    # A collector of traces that is away is no error of ours.
    ignore_logger("opentelemetry.*")
    sentry_sdk.init(
        dsn=dsn,
        release=release or None,
        environment=environment,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        event_scrubber=EventScrubber(denylist=DENIED, recursive=True),
        before_send=before_send,
        before_breadcrumb=before_breadcrumb,
        # GitHub and the model's provider have no use for the names of our traces.
        trace_propagation_targets=[],
        auto_session_tracking=False,
        server_name=process,
    )
    sentry_sdk.set_tag("process", process)


def report(error: Exception) -> None:
    """Send an error that was caught, from where the job's fields are bound. Without a DSN nothing happens."""
    sentry_sdk.capture_exception(error)


def before_send(event: Event, hint: Hint) -> Event:
    """The event as it may leave: joined to its delivery, job and trace, grouped, without what was asked, redacted."""
    bound = get_contextvars()
    tags = {name: str(bound[name]) for name in _TAGS if name in bound}
    tags |= {"correlation_id": correlation.current(), "trace_id": tracing.current().trace_id}
    told: dict[str, Any] = {**event, **_said(hint)}
    told["tags"] = {**(told.get("tags") or {}), **{name: value for name, value in tags.items() if value}}
    told["request"] = _request(told.get("request") or {})
    errors = (told.get("exception") or {}).get("values") or []
    if errors:
        told["fingerprint"] = [errors[-1].get("type") or "", tags.get("stage") or told.get("transaction") or ""]
    clean: Event = redact_value(told)
    return clean


def before_breadcrumb(crumb: Breadcrumb, hint: BreadcrumbHint) -> Breadcrumb:
    """A line of our log by the words and fields it has; a request without its query."""
    said = _said(hint)
    if said:
        return {**crumb, "message": said["logentry"]["message"], "data": said["extra"]}
    data = crumb.get("data") or {}
    return {**crumb, "data": {name: value for name, value in data.items() if name not in _QUERY}}


def _said(hint: Hint) -> dict[str, Any]:
    """What a line of our log says: its constant words, by which Sentry groups, and its fields."""
    line = getattr(hint.get("log_record"), "msg", None)
    if not isinstance(line, dict):
        return {}
    fields = {name: value for name, value in line.items() if name != "event"}
    return {"logentry": {"message": line["event"]}, "extra": fields}


def _request(request: dict[str, Any]) -> dict[str, Any]:
    headers = {name: text for name, text in (request.get("headers") or {}).items() if name.lower() in TOLD_HEADERS}
    return {name: request[name] for name in ("url", "method") if name in request} | {"headers": headers}
