"""A collector of traces on loopback: takes OTLP over HTTP, as a process of ours sends it, and tells what was in it."""

import gzip
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status


@dataclass(frozen=True)
class Link:
    trace_id: str
    span_id: str
    what: str


@dataclass(frozen=True)
class Told:
    """A span, as it was received. `parent_id` is empty for the first of a trace."""

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    failed: bool
    start: int
    links: tuple[Link, ...]
    attributes: dict[str, Any] = field(hash=False)

    def link(self, what: str) -> Link:
        (found,) = (link for link in self.links if link.what == what)
        return found


class Collector(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.bodies: list[bytes] = []
        self.paths: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def spans(self, name: str = "", **attributes: Any) -> list[Told]:
        """In the order in which they began; those with this name and these attributes, `job_id` for `kodus.job.id`."""
        wanted = {f"kodus.{key.replace('_', '.')}": value for key, value in attributes.items()}
        told = sorted((span for body in list(self.bodies) for span in _spans(body)), key=lambda span: span.start)
        return [
            span
            for span in told
            if span.name.startswith(name) and all(span.attributes.get(key) == wanted[key] for key in wanted)
        ]

    def close(self) -> None:
        self.shutdown()
        self.server_close()


def _spans(body: bytes) -> list[Told]:
    return [
        _told(span, _values(of_process.resource.attributes)["service.name"])
        for of_process in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in of_process.scope_spans
        for span in scope.spans
    ]


def _told(span: Span, service: str) -> Told:
    return Told(
        service=service,
        name=span.name,
        kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        failed=span.status.code == Status.STATUS_CODE_ERROR,
        start=span.start_time_unix_nano,
        links=tuple(
            Link(link.trace_id.hex(), link.span_id.hex(), _values(link.attributes)["kodus.link"])
            for link in span.links
        ),
        attributes=_values(span.attributes),
    )


def _values(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


class _Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.paths.append(self.path)
        self.server.bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """A test run prints no access log."""
