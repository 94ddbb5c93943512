"""What the real processes tell a collector of traces about one delivery: it leads from the door to each attempt."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from kodus_queue.demo.pull_request import FULL_NAME
from tests.acceptance.service import SECRET, Service, start, wait_for_reviews
from tests.acceptance.test_killed_workers import STAGES
from tests.services import wait_until
from tests.telemetry.collector import Collector, Link, Told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]


@pytest.fixture
def collector(monkeypatch):
    """A collector that all processes started from here on are told of."""
    collector = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20of-the-collector")
    yield collector
    collector.close()


@pytest.fixture
def traced(collector: Collector, running: Service) -> Service:
    return running


@dataclass(frozen=True)
class Story:
    """One delivery and its review, as the collector, the log and the history tell it afterwards."""

    collector: Collector
    delivery: str
    review: str
    graph: str
    #: The trace ids that the history of each job names, by job.
    claims: dict[str, list[str]]
    lines: list[dict[str, Any]]
    secrets: list[str]
    all_have_the_encoder: bool

    def attempts(self, job: str) -> list[Told]:
        return self.collector.spans("process", job_id=job)

    def stages(self) -> list[Told]:
        return [span for span in self.collector.spans() if "kodus.stage" in span.attributes]

    def door(self) -> Told:
        (span,) = self.collector.spans("accept delivery")
        return span


@pytest.fixture(scope="module")
def told() -> list[Story]:
    """Holds the story: it takes a while to happen, and happens once."""
    return []


@pytest.fixture
def story(told: list[Story], request: pytest.FixtureRequest) -> Story:
    if not told:
        told.append(happen(request.getfixturevalue("collector"), request.getfixturevalue("traced")))
    return told[0]


def happen(collector: Collector, service: Service) -> Story:
    start(service)
    service.open_pull_request()
    review = wait_for_reviews(1)[0]
    graph = WorkflowJob.objects.get(workflow_type=WorkflowType.AST_ANALYSIS)
    for job in (review, graph):
        wait_until(lambda job=job: ended(collector, job), seconds=30, what="the traces")
    return Story(
        collector=collector,
        delivery=review.correlation_id,
        review=str(review.id),
        graph=str(graph.id),
        claims={str(job.id): claims(job) for job in (review, graph)},
        lines=[json.loads(line) for line in service.review_worker.log.read_text().splitlines() if line[:1] == "{"],
        secrets=[service.standin.token, SECRET, "of-the-collector"],
        all_have_the_encoder=all(map(has_the_encoder, [service.dispatcher.pid, *the_children(service)])),
    )


def ended(collector: Collector, job: WorkflowJob) -> list[Told]:
    return collector.spans("process", job_id=str(job.id), outcome="COMPLETED")


def claims(job: WorkflowJob) -> list[str]:
    return [row.detail["trace_id"] for row in job.history.filter(verb="claim").order_by("id")]


def place(span: Told | Link) -> tuple[str, str]:
    return span.trace_id, span.span_id


def has_the_encoder(pid: int) -> bool:
    """Whether the process has mapped protobuf's library, which nothing else of ours uses."""
    return "_upb" in Path(f"/proc/{pid}/maps").read_text()


def the_children(service: Service) -> list[int]:
    """Where workers and web servers work."""
    return [child.pid for process in service.processes for child in psutil.Process(process.pid).children()]


def test_a_delivery_is_one_trace_and_each_attempt_another_that_is_linked_to_it(story):
    origin, attempts = story.door(), story.attempts(story.review)
    assert origin.attributes["github.delivery_id"] == story.delivery
    assert [span.trace_id for span in attempts] == story.claims[story.review]
    assert len({origin.trace_id, *story.claims[story.review]}) == 1 + len(attempts)
    assert {place(span.link("origin")) for span in attempts} == {place(origin)}
    assert {span.parent_id for span in (origin, *attempts)} == {""}


def test_each_message_is_a_span_of_the_delivery_and_the_attempt_points_to_its_own(story):
    sent = story.collector.spans("send", job_id=story.review)
    pointed_to = [place(span.link("message")) for span in story.attempts(story.review)]
    assert {(span.trace_id, span.parent_id, span.kind) for span in sent} == {(*place(story.door()), "PRODUCER")}
    assert set(pointed_to) <= set(map(place, sent))
    assert len(set(pointed_to)) == len(pointed_to)
    assert {span.attributes["messaging.system"] for span in sent} == {"rabbitmq"}


def test_the_stages_are_spans_of_the_attempt_that_ran_them(story):
    attempts, stages = {span.trace_id: span for span in story.attempts(story.review)}, story.stages()
    assert [span.name for span in stages if span.attributes["kodus.outcome"] == "done"] == STAGES
    assert [span.name for span in stages if span.attributes["kodus.outcome"] != "done"] == ["await_code_graph"]
    assert all(span.parent_id == attempts[span.trace_id].span_id for span in stages)
    assert not any(span.failed for span in stages)


def test_calls_to_github_are_spans_without_queries(story):
    stages = {span.span_id: span.name for span in story.stages()}
    calls = [span for span in story.collector.spans() if span.kind == "CLIENT" and span.parent_id in stages]
    asked = {(stages[span.parent_id], span.name) for span in calls}
    assert {("fetch_change", "git fetch"), ("resolve_pull_request", "GET"), ("post", "POST")} <= asked
    assert not any("?" in str(value) for span in calls for value in span.attributes.values())


def test_the_attempt_after_a_wait_points_to_what_woke_it(story):
    graph = story.attempts(story.graph)[-1]
    assert graph.link("origin").trace_id == story.claims[story.review][0]
    assert story.attempts(story.review)[-1].link("cause").trace_id == graph.trace_id


def test_each_line_of_an_attempt_names_its_trace(story):
    of_job = [line for line in story.lines if line.get("job_id") == story.review and "attempt" in line]
    begun = [line["trace_id"] for line in of_job if line["event"] == "attempt started"]
    received = set(map(place, story.collector.spans()))
    assert begun == story.claims[story.review]
    assert all((line["trace_id"], line["span_id"]) in received for line in of_job)


def test_no_secret_is_in_any_byte_sent(story):
    sent = b"\n".join(story.collector.bodies)
    assert story.delivery.encode() in sent
    assert [secret for secret in story.secrets if secret.encode() in sent] == []


def test_a_killed_worker_leaves_a_trace_and_the_next_attempt_has_the_same_origin(collector, traced, tmp_path):
    stalled = tmp_path / "stalled"
    stall = {
        "DJANGO_SETTINGS_MODULE": "tests.acceptance.stalls.settings",
        "KODUS_STALL_STAGE": "find",
        "KODUS_STALL_FILE": str(stalled),
    }
    doomed = traced.review_worker = traced.another_review_worker(**stall)
    start(traced)
    number = traced.open_pull_request()
    wait_until(stalled.exists, seconds=60, what="the stage")
    job = WorkflowJob.objects.get(workflow_type=WorkflowType.CODE_REVIEW)
    wait_until(lambda: collector.spans("claim", job_attempt=job.attempt), seconds=30, what="the first attempt's claim")
    psutil.Process(doomed.pid).children()[0].kill()
    job = wait_for_reviews(1, seconds=150)[0]
    wait_until(lambda: ended(collector, job), seconds=30, what="traces")
    killed, last = claims(job)[-2:]
    links = {span.trace_id: span.link("origin") for span in collector.spans("claim") if span.links}
    assert place(links[killed]) == place(collector.spans("accept delivery")[0])
    assert links[last] == links[killed]
    assert [span.trace_id for span in collector.spans("find")] == [last]
    assert len(traced.standin.reviews(FULL_NAME, number)) == 1


def test_with_a_collector_what_sends_is_loaded_where_spans_are_made(story):
    assert story.all_have_the_encoder


def test_without_a_collector_nothing_is_loaded_that_could_send(running):
    start(running)
    running.open_pull_request()
    job = wait_for_reviews(1)[0]
    assert not any(map(has_the_encoder, [running.dispatcher.pid, *the_children(running)]))
    assert (job.traceparent, [row for row in job.history.all() if "trace_id" in row.detail]) == ("", [])
    assert not running.review_worker.says("trace_id")
