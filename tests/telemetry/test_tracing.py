"""What a span tells, and to whom it points; and that none costs anything while nobody records."""

import json
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from telemetry import tracing
from telemetry.recording import FollowsItsMessage, context_of, start_span, traceparent_of
from telemetry.tracing import UNRECORDED, Kind
from tests.processes import Process, running
from tests.telemetry.collector import Collector
from tests.telemetry.secrets import EXAMPLES, core

SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
LEFT_OUT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.fixture
def recorded():
    """The spans that ended, while this process records them."""
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.sampler = FollowsItsMessage(sampling.ParentBased(sampling.ALWAYS_ON))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    exporting: Any = SimpleNamespace(tracer=lambda: provider.get_tracer("tests"))
    tracing.record_with(partial(start_span, exporting))
    yield exporter.get_finished_spans
    tracing.record_with(None)


def test_nobody_records_unless_told_to():
    with tracing.span("work") as span:
        assert span is tracing.current() is UNRECORDED
    assert (span.traceparent, span.trace_id) == ("", "")


def test_a_span_is_a_part_of_the_one_around_it(recorded):
    with tracing.span("outer") as outer, tracing.span("inner") as inner:
        assert tracing.current() is inner
    first, second = recorded()
    assert (first.name, first.parent.span_id) == ("inner", second.context.span_id)
    assert inner.trace_id == outer.trace_id
    assert tracing.current() is UNRECORDED


def test_a_span_can_be_a_part_of_one_in_another_process(recorded):
    with tracing.span("send", parent=SAMPLED, kind=Kind.PRODUCER) as span:
        assert span.traceparent.startswith(SAMPLED[:36])
    assert traceparent_of(recorded()[0].parent) == SAMPLED


def test_a_new_trace_points_to_its_message_and_is_not_a_part_of_what_is_current(recorded):
    with tracing.span("around"), tracing.new_trace("process", kind=Kind.CONSUMER, follows=SAMPLED) as span:
        span.link(SAMPLED, "origin")
    attempt = recorded()[0]
    assert attempt.parent is None
    assert [(traceparent_of(link.context), dict(link.attributes)) for link in attempt.links] == [
        (SAMPLED, {"kodus.link": "message"}),
        (SAMPLED, {"kodus.link": "origin"}),
    ]


@pytest.mark.parametrize(
    "text", ["", "x", SAMPLED.upper(), "01" + SAMPLED[2:], f"00-{'0' * 32}-b7ad6b7169203331-01", SAMPLED + "\n"]
)
def test_what_is_no_traceparent_is_pointed_at_by_nobody(recorded, text):
    assert context_of(text) is None
    with tracing.new_trace("process", kind=Kind.CONSUMER, follows=text) as span:
        span.link(text, "origin")
    assert not recorded()[0].links


def test_the_attempts_of_a_delivery_that_is_left_out_are_left_out(recorded):
    with tracing.new_trace("process", kind=Kind.CONSUMER, follows=LEFT_OUT) as span, tracing.span("claim") as inner:
        assert not context_of(span.traceparent).trace_flags.sampled
        assert (span.trace_id, inner.trace_id) == ("", "")  # a log that named it would lead nowhere
    assert recorded() == ()


def test_the_attempts_of_a_recorded_delivery_are_recorded_however_few_are(recorded):
    few = FollowsItsMessage(sampling.ALWAYS_OFF)
    link = SimpleNamespace(context=context_of(SAMPLED))
    assert few.should_sample(None, 1, "process", links=[link]).decision.is_sampled()
    assert not few.should_sample(None, 1, "accept delivery").decision.is_sampled()


def test_an_error_marks_the_span_by_its_type_and_its_words_stay_here(recorded):
    with pytest.raises(ValueError, match="private"), tracing.span("find"):
        raise ValueError("private code")
    span = recorded()[0]
    assert (span.status.is_ok, span.attributes["error.type"]) == (False, "ValueError")
    assert "private" not in span.to_json()


def test_an_answer_that_is_no_error_marks_no_failure(recorded):
    with pytest.raises(KeyboardInterrupt), tracing.span("find"):
        raise KeyboardInterrupt
    assert (recorded()[0].status.is_ok, recorded()[0].attributes["kodus.outcome"]) == (True, "KeyboardInterrupt")


def test_a_forgotten_span_is_never_told_and_nobody_points_to_it(recorded):
    with tracing.span("claim") as span:
        span.forget()
        assert tracing.current().traceparent == ""
    assert recorded() == ()


@pytest.mark.parametrize("form", EXAMPLES)
def test_no_secret_is_told(recorded, form):
    secret = EXAMPLES[form]
    with tracing.span("GET", {"url.path": f"/{secret}"}) as span:
        span.note({"note": secret})
    assert core(secret) not in recorded()[0].to_json()
    assert json.dumps(core(secret))[1:-1] not in recorded()[0].to_json()


FORKS = """
import os, sys, threading
import django
django.setup()
from telemetry import tracing

def threads():
    return sum("Otel" in thread.name for thread in threading.enumerate())

before = threads()
child = os.fork()
with tracing.span("child" if child == 0 else "parent"):
    pass
if child == 0:
    sys.exit()
os.waitpid(child, 0)
print("exporters", before, threads(), "opentelemetry" in sys.modules)
"""


def test_each_process_sends_its_own_spans_however_it_was_forked():
    collector = Collector()
    process = Process(sys.executable, "-c", FORKS, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, KODUS_PROCESS="forker")
    with running(process):
        process.wait_for("exporters 0 1 True")
        process.popen.wait(timeout=30)
    collector.close()
    assert {(span.name, span.service) for span in collector.spans()} == {("child", "forker"), ("parent", "forker")}
    assert set(collector.paths) == {"/v1/traces"}


@pytest.mark.parametrize(
    "switched_off", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}]
)
def test_without_an_endpoint_there_is_no_exporter_and_nothing_of_it_is_imported(switched_off):
    process = Process(sys.executable, "-c", FORKS, **switched_off)
    with running(process):
        process.wait_for("exporters 0 0 False")


def test_a_collector_that_is_away_costs_no_span_and_no_process(closed_port):
    address = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{closed_port}"}
    process = Process(sys.executable, "-c", FORKS, **address, OTEL_EXPORTER_OTLP_TIMEOUT="1")
    with running(process):
        process.wait_for("exporters 0 1 True")
        assert process.popen.wait(timeout=30) == 0


@pytest.fixture
def closed_port():
    collector = Collector()
    collector.close()
    return collector.server_port
