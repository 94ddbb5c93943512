"""Records spans with OpenTelemetry's SDK and sends them by OTLP over HTTP, as the variables OTEL_* say.

Only imported where an endpoint is set: OpenTelemetry takes a third of a second and 17 MB. The first span of a process
makes its exporter, and the thread of that: they do not survive a fork, and a process that only forks needs none.
"""

import os
import re
import threading
from collections.abc import Sequence
from contextvars import Token
from functools import partial
from types import TracebackType
from typing import Self

from celery.signals import worker_process_shutdown
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_EXPORTER_OTLP_TIMEOUT, OTEL_EXPORTER_OTLP_TRACES_TIMEOUT
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    TraceState,
)
from opentelemetry.util.types import Attributes as OtelAttributes

from telemetry import tracing
from telemetry.redaction import redact_value

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NO_PARENT = Context()
#: A collector that says nothing must not keep a process from stopping.
EXPORT_SECONDS = 3.0
MAX_TEXT = 500


class Exporting:
    """The tracer of this process, made when its first span starts."""

    def __init__(self, *, process: str, release: str, environment: str) -> None:
        self._about = {"service.namespace": "kodus-queue", "service.name": process}
        self._about |= {"service.version": release} if release else {}
        self._about |= {"deployment.environment.name": environment} if environment else {}
        self._lock = threading.Lock()
        self._made_in: int | None = None

    def tracer(self) -> Tracer:
        if self._made_in != os.getpid():
            with self._lock:
                if self._made_in != os.getpid():
                    self._make()
        return self._tracer

    def flush(self, **_: object) -> None:
        """Send what has ended. Celery ends its children without Python's own goodbye."""
        if self._made_in == os.getpid():
            self._provider.force_flush()

    def _make(self) -> None:
        self._provider = TracerProvider(resource=Resource.create({**self._about, "process.pid": os.getpid()}))
        self._provider.sampler = FollowsItsMessage(self._provider.sampler)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=_timeout())))
        self._tracer = self._provider.get_tracer("kodus_queue")
        self._made_in = os.getpid()


class FollowsItsMessage(sampling.Sampler):
    """The attempts that a recorded delivery caused are recorded, those of another are not: never half of a story."""

    def __init__(self, otherwise: sampling.Sampler) -> None:
        self._otherwise = otherwise

    def should_sample(  # noqa: PLR0917 - the SDK's own signature
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: OtelAttributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> sampling.SamplingResult:
        sampler = self._otherwise
        if links:
            sampler = sampling.ALWAYS_ON if links[0].context.trace_flags.sampled else sampling.ALWAYS_OFF
        return sampler.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"FollowsItsMessage({self._otherwise.get_description()})"


class RecordedSpan(tracing.Span):
    """One of OpenTelemetry's spans, or one of a trace that its sampler leaves out."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._forgotten = False
        self._entered: Token[tracing.Span] | None = None
        context = span.get_span_context()
        self.traceparent = traceparent_of(context)
        if context.trace_flags.sampled:
            self.trace_id = trace.format_trace_id(context.trace_id)
            self.span_id = trace.format_span_id(context.span_id)

    def note(self, attributes: tracing.Attributes) -> None:
        self._span.set_attributes(_clean(attributes))

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def link(self, traceparent: str, what: str) -> None:
        context = context_of(traceparent)
        if context:
            self._span.add_link(context, {"kodus.link": what})

    def fail(self, error_type: str) -> None:
        # By its type only: what an error says may quote the code it is about. The log has it, redacted.
        self._span.set_attribute("error.type", error_type)
        self._span.set_status(Status(StatusCode.ERROR))

    def forget(self) -> None:
        self._forgotten = True
        self.traceparent = self.trace_id = self.span_id = ""  # nobody is to point to it

    def __enter__(self) -> Self:
        self._entered = tracing.make_current(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._entered:
            tracing.reset_current(self._entered)
        if error is not None:
            self.note({"kodus.outcome": type(error).__name__})
        if isinstance(error, Exception):  # what is none of those is an answer: to wait, to stop
            self.fail(type(error).__name__)
        if not self._forgotten:
            self._span.end()


def start(*, process: str, release: str, environment: str) -> None:
    """Record in this process from its next span on."""
    exporting = Exporting(process=process, release=release, environment=environment)
    worker_process_shutdown.connect(exporting.flush, weak=False)
    tracing.record_with(partial(start_span, exporting))


def start_span(
    exporting: Exporting, name: str, attributes: tracing.Attributes, *, kind: tracing.Kind, parent: str, follows: str
) -> RecordedSpan:
    """A `tracing.Recorder`, but for its first argument."""
    above, before = context_of(parent), context_of(follows)
    span = exporting.tracer().start_span(
        name,
        context=trace.set_span_in_context(NonRecordingSpan(above), _NO_PARENT) if above else _NO_PARENT,
        kind=SpanKind[kind],
        attributes=_clean(attributes),
        links=[Link(before, {"kodus.link": "message"})] if before else None,
    )
    return RecordedSpan(span)


def context_of(traceparent: str) -> SpanContext | None:
    """None for what is no traceparent."""
    found = _TRACEPARENT.fullmatch(traceparent)
    if not found:
        return None
    trace_id, span_id, flags = (int(text, 16) for text in found.groups())
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
    return context if context.is_valid else None


def traceparent_of(context: SpanContext) -> str:
    trace_id, span_id = trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)
    return f"00-{trace_id}-{span_id}-{context.trace_flags:02x}"


def _clean(attributes: tracing.Attributes) -> dict[str, str | int | float | bool]:
    redacted = redact_value(attributes).items()
    return {name: value[:MAX_TEXT] if isinstance(value, str) else value for name, value in redacted}


def _timeout() -> float | None:
    named = {OTEL_EXPORTER_OTLP_TRACES_TIMEOUT, OTEL_EXPORTER_OTLP_TIMEOUT} & os.environ.keys()
    return None if named else EXPORT_SECONDS
