"""Traces: what a delivery caused, and how long each part of it took. Off unless an OTLP endpoint is set.

    with tracing.span("post", {"kodus.stage": "post"}) as span:
        span.note({"kodus.outcome": "posted"})

This is all that other rooms call. While nobody records, a span costs a function call and nothing of OpenTelemetry is
imported; telemetry/recording.py records, when telemetry/apps.py has brought it in. Spans are handed on as a
`traceparent`, W3C's text of 55 characters, empty where nothing is recorded: in the row of a job, the headers of its
messages, and the context of this thread.
"""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

Attributes = Mapping[str, str | int | float | bool]


class Kind(StrEnum):
    INTERNAL = "INTERNAL"
    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span:
    """A span that nobody records. The current one from entering to leaving it, when it ends."""

    traceparent = ""
    #: In hexadecimal, as logs and trace viewers write them.
    trace_id = ""
    span_id = ""

    def note(self, attributes: Attributes) -> None:
        """Add attributes, or replace them."""

    def rename(self, name: str) -> None:
        """For a name that is known only later."""

    def link(self, traceparent: str, what: str) -> None:
        """Point to a span of another trace, and say `what` it is to this one. An empty text points nowhere."""

    def fail(self, error_type: str) -> None:
        """Mark it as failed. An error that leaves the block does so by itself."""

    def forget(self) -> None:
        """Never tell of it: it turned out that nothing was done."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None


class Recorder(Protocol):
    """Starts a span; see `span` and `new_trace`."""

    def __call__(self, name: str, attributes: Attributes, *, kind: Kind, parent: str, follows: str) -> Span: ...


UNRECORDED = Span()
_current: ContextVar[Span] = ContextVar("span", default=UNRECORDED)
_recorder: Recorder | None = None


def record_with(recorder: Recorder | None) -> None:
    """Record from now on in this process and in those it forks; None: record no more."""
    global _recorder  # noqa: PLW0603 - a process records or it does not
    _recorder = recorder


def current() -> Span:
    return _current.get()


def span(name: str, attributes: Attributes | None = None, *, kind: Kind = Kind.INTERNAL, parent: str = "") -> Span:
    """A part of `parent`, a traceparent, or else of the current span; without either, the first of a new trace."""
    if _recorder is None:
        return UNRECORDED
    return _recorder(name, attributes or {}, kind=kind, parent=parent or current().traceparent, follows="")


def new_trace(name: str, attributes: Attributes | None = None, *, kind: Kind, follows: str) -> Span:
    """The first span of a new trace, linked to the message that caused it, and recorded when that was."""
    if _recorder is None:
        return UNRECORDED
    return _recorder(name, attributes or {}, kind=kind, parent="", follows=follows)


def make_current(span: Span) -> Token[Span]:
    return _current.set(span)


def reset_current(token: Token[Span]) -> None:
    _current.reset(token)
