"""Errors to Sentry, when SENTRY_DSN is set: no bodies, no local variables, everything through the redactor."""

from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

from telemetry import correlation
from telemetry.redaction import redact_value


def start(dsn: str, *, process: str) -> None:
    sentry_sdk.init(
        dsn=dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=before_send,
        server_name=process,
    )
    sentry_sdk.set_tag("process", process)


def before_send(event: Event, _hint: Hint) -> Event:
    """The event as it may leave: redacted, joined to its delivery."""
    clean: Any = redact_value(dict(event))
    clean.setdefault("tags", {})["correlation_id"] = correlation.current()
    cleaned: Event = clean
    return cleaned
