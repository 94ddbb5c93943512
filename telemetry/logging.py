"""JSON logs: one object a line, constant event name, data in fields, secrets masked last.

`configure` is Django's LOGGING_CONFIG, so every process, Celery's included, logs the same way.
"""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from telemetry import tracing
from telemetry.redaction import redact_value

MAX_FIELD_LENGTH = 2_000


def configure(config: dict[str, Any]) -> None:
    """Log to stderr at `config["level"]`, naming `config["process"]` as the service, and the release if known.

    Celery sets Django up once more when the calendar's form asks it for its tasks: loggers that were used hold the
    list of processors, and so it stays the same one.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        _about(service=config["process"], release=config["release"]),
        _trace,
    ]
    written: list[Processor] = [structlog.processors.format_exc_info, _cap_and_redact]
    processors = structlog.get_config()["processors"]
    processors[:] = [*shared, _keep_error, *written, _to_stdlib]
    structlog.configure(
        processors=processors,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, *written],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config["level"])
    logging.captureWarnings(capture=True)
    # Celery says "received" and "succeeded" of each message; jobs/executor.py says more, and of the job.
    for noisy in ("httpx", "httpcore", "amqp", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _about(**names: str) -> Processor:
    given = {name: value for name, value in names.items() if value}

    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, **given}

    return add


def _trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    span = tracing.current()
    return {**event, "trace_id": span.trace_id, "span_id": span.span_id} if span.trace_id else event


def _keep_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The error itself, beside the text that is made of it next: Sentry wants its class and its frames."""
    return {**event, "_error": event["exc_info"]} if event.get("exc_info") else event


def _to_stdlib(logger: WrappedLogger, method: str, event: EventDict) -> tuple[tuple[EventDict], dict[str, Any]]:
    error = event.pop("_error", None)
    arguments, options = structlog.stdlib.ProcessorFormatter.wrap_for_formatter(logger, method, event)
    return arguments, {**options, "exc_info": error}


def _cap_and_redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _cap(redact_value(value, key=key))
    return event


def _cap(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_FIELD_LENGTH:
        return f"{value[:MAX_FIELD_LENGTH]}… ({len(value)} characters)"
    return value
