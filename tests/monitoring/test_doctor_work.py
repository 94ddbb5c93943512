"""What waits longer than it should, from the rows a test leaves; the host; the settings; the model's endpoint."""

import re
import shutil
from collections import namedtuple
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from uuid import uuid4

import psutil
import pytest
from django.utils import timezone

from celeryconfig import REVIEW_QUEUE
from jobs import gates, transitions
from jobs.enqueue import enqueue
from jobs.models import OutboxMessage, PausedQueue, WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.pausing import pause as pause_queue
from jobs.states import ErrorClassification, EventType, WorkflowType
from jobs.waits import pause
from monitoring.doctor import deliveries, host, model, work
from monitoring.doctor import settings as room
from monitoring.doctor.diagnosis import State
from tests.services import free_port
from webhooks.models import Hook, MissedDelivery, Verdict, WebhookDelivery

LONG_AGO = timezone.now() - timedelta(hours=1)


def make_job() -> WorkflowJob:
    return enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None).job


def claimed() -> WorkflowJob:
    job = make_job()
    return transitions.claim(job.id, job.dispatch, owner="host:1:ab", lease_seconds=30)


def state(examine) -> State:
    (found,) = examine()
    return found.state


@pytest.mark.parametrize(
    "examine", [work.outbox, work.due_jobs, work.leases, work.waits, work.gates, work.paused_queues]
)
def test_with_nothing_to_do_all_is_well(db, examine):
    assert state(examine) == State.OK


def test_a_message_nobody_publishes_points_at_the_dispatcher(db):
    make_job()
    assert state(work.outbox) == State.OK
    OutboxMessage.objects.update(available_at=LONG_AGO)
    (found,) = work.outbox()
    assert (found.state, bool(re.match(r"the oldest has waited \d+ min: ", found.found))) == (State.FAIL, True)
    assert "ctl status dispatcher" in found.remedy


def test_a_due_job_nobody_starts_is_told(db):
    make_job()
    WorkflowJob.objects.update(due_at=LONG_AGO)
    assert state(work.due_jobs) == State.FAIL


def test_a_lease_that_ran_out_is_told(db):
    claimed()
    assert state(work.leases) == State.OK
    WorkflowJob.objects.update(lease_until=LONG_AGO)
    assert state(work.leases) == State.FAIL


def test_a_wait_past_its_deadline_is_told(db):
    pause(claimed(), WaitForEvent(EventType.AST_COMPLETED, scope="s", key="k", timeout=timedelta(minutes=1)))
    WorkflowJob.objects.update(wait_deadline=LONG_AGO)
    assert state(work.waits) == State.FAIL


def test_a_closed_gate_is_told_with_its_reason(db):
    gates.close("github:token", seconds=600, why=ErrorClassification.RATE_LIMITED, reason="5000 requests an hour")
    (found,) = work.gates()
    assert (found.state, found.about, "5000 requests an hour" in found.found) == (State.WARN, "github:token", True)


def test_a_paused_queue_is_told_and_after_a_day_asked_about(db):
    pause_queue(REVIEW_QUEUE, actor="user:ann", reason="GitHub moves")
    (found,) = work.paused_queues()
    assert (found.state, found.about) == (State.OK, REVIEW_QUEUE)
    assert found.found.endswith("by user:ann: GitHub moves")
    PausedQueue.objects.update(since=timezone.now() - timedelta(hours=25))
    assert state(work.paused_queues) == State.WARN


def test_jobs_that_stay_because_their_queue_is_paused_are_no_fault(db):
    make_job()
    WorkflowJob.objects.update(due_at=LONG_AGO)
    pause_queue(REVIEW_QUEUE, actor="user:ann", reason="GitHub moves")
    assert state(work.due_jobs) == State.OK


def deliver() -> None:
    WebhookDelivery.objects.create(
        delivery_id=uuid4(), event="pull_request", action="opened", body=b"", body_sha256=b"", verdict=Verdict.ACCEPTED
    )


def test_that_nothing_was_ever_delivered_is_told(db):
    assert state(deliveries.arrived) == State.WARN
    deliver()
    (found,) = deliveries.arrived()
    assert (found.state, found.found.startswith("the last, pull_request opened, came 0 s ago")) == (State.OK, True)


def test_deliveries_that_are_missing_are_told_with_the_command(db, settings):
    settings.GITHUB_HOOKS = ("repos/octo/app/hooks/1",)
    hook = Hook.objects.create(path="repos/octo/app/hooks/1", looked_at=timezone.now())
    MissedDelivery.objects.create(hook=hook, guid=uuid4(), attempt_id=1, failed_at=LONG_AGO)
    deliver()
    assert [(found.state, "recover_deliveries" in found.remedy) for found in deliveries.arrived()] == [
        (State.OK, False),
        (State.FAIL, True),
    ]


def test_settings_that_django_refuses_are_told_with_its_hint(settings):
    settings.HEARTBEAT_SECONDS = settings.LEASE_SECONDS
    found = {diagnosis.about: diagnosis for diagnosis in room.examine()}
    assert (found["jobs.E001"].state, "KODUS_LEASE_SECONDS" in found["jobs.E001"].remedy) == (State.FAIL, True)


def test_a_door_without_a_secret_is_told_though_this_is_no_door(settings):
    settings.GITHUB_WEBHOOK_SECRETS = ()
    assert State.FAIL in [found.state for found in room.examine()]


def test_what_is_switched_off_is_told_with_how_to_go_on(settings):
    settings.QUEUE_ENABLED = False
    assert [found.remedy for found in room.examine() if "WORKFLOW_QUEUE_ENABLED is off" in found.found] == [
        "Set WORKFLOW_QUEUE_ENABLED=true, restart, and review what was held back: manage.py replay_deliveries"
    ]


Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own


@pytest.mark.parametrize(("free", "expected"), [(50, State.OK), (8, State.WARN), (3, State.FAIL), (0, State.FAIL)])
def test_a_disk_that_fills_up_is_told(monkeypatch, free, expected):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100, 100 - free, free))
    found = host.disk()[0]
    assert (found.state, f"{free}% of" in found.found) == (expected, True)


def test_a_state_folder_that_is_not_there_is_told(settings, tmp_path):
    settings.STATE_DIR = tmp_path / "gone"
    assert host.disk()[0].state == State.FAIL


def test_memory_that_runs_out_is_told(monkeypatch):
    assert state(host.memory) in {State.OK, State.WARN}
    told = namedtuple("Told", "total available")(2**30, 2**20)  # noqa: PYI024 - as psutil's own
    monkeypatch.setattr(psutil, "virtual_memory", lambda: told)
    assert state(host.memory) == State.WARN


def test_web_processes_that_do_not_answer_here_may_run_elsewhere(monkeypatch):
    for variable in ("KODUS_WEBHOOK_PORT", "KODUS_API_PORT"):
        monkeypatch.setenv(variable, str(free_port()))
    assert [found.state for found in host.web()] == [State.WARN, State.WARN]


MODELS = b'{"data": [{"id": "small"}]}'


@pytest.fixture
def endpoint(settings):
    """A model's endpoint that answers as it is told."""
    answer = {"status": 200, "body": MODELS}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(answer["status"] if self.path == "/v1/models" else 404)
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.MODEL_URL, settings.MODEL_NAME = f"http://127.0.0.1:{server.server_port}/v1", "small"
        yield answer
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, MODELS, State.OK),
        (200, b'{"data": []}', State.WARN),
        (200, b"<html>", State.WARN),
        (401, b"", State.FAIL),
        (404, b"", State.WARN),
    ],
)
def test_a_model_that_answers_is_held_against_what_is_asked_of_it(endpoint, status, body, expected):
    endpoint.update(status=status, body=body)
    assert state(model.examine) == expected


def test_a_model_that_is_away_costs_no_review(settings):
    settings.MODEL_URL, settings.MODEL_NAME = f"http://127.0.0.1:{free_port()}/v1", "small"
    assert state(model.examine) == State.WARN


def test_without_a_model_there_is_nothing_to_look_at(settings):
    settings.MODEL_URL = ""
    assert state(model.examine) == State.OK
