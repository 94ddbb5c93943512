import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from jobs import transitions
from jobs.models import JobExecutionHistory, OutboxMessage, WorkflowJob
from jobs.states import LIVE_STATUSES, ErrorClassification, JobStatus, WorkflowType
from jobs.transitions import Failure
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.webhooks.deliveries import Door, comment, headers_for, ping, pull_request, push, to_bytes
from webhooks import intake
from webhooks.models import Verdict, WebhookDelivery

GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


def test_an_opened_pull_request_is_stored_with_its_job_history_and_message(door: Door):
    answer = door.send("pull_request", pull_request(), delivery=GUID).json()
    job = WorkflowJob.objects.get()
    assert answer == {"job": str(job.id), "delivery": GUID, "verdict": "ACCEPTED", "reason": ""}
    assert (job.workflow_type, job.subject, job.correlation_id) == (WorkflowType.CODE_REVIEW, "octo/app#7", GUID)
    assert WebhookDelivery.objects.get().job_id == job.id
    assert (JobExecutionHistory.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_a_duplicate_delivery_gets_the_same_answer(door: Door):
    first = door.send("pull_request", pull_request(), delivery=GUID)
    again = door.send("pull_request", pull_request(), delivery=GUID)
    assert (again.status_code, again.json()) == (202, first.json())
    assert (WebhookDelivery.objects.count(), WorkflowJob.objects.count()) == (1, 1)


def fail_its_job(job_id: str | None = None) -> None:
    job = WorkflowJob.objects.get(id=job_id) if job_id else WorkflowJob.objects.latest("created_at")
    claimed = transitions.claim(job.id, job.dispatch, owner="w1", lease_seconds=30)
    transitions.fail(claimed, Failure(ErrorClassification.PERMANENT, "Broken", "it broke"))


class TestADeliverySentAgain:
    def send(self, door: Door, **options: str) -> dict:
        return door.send("pull_request", pull_request(), **options).json()

    def test_starts_afresh_when_its_job_has_failed(self, door: Door):
        first = self.send(door, delivery=GUID)
        fail_its_job()
        again = self.send(door, delivery=GUID)
        assert again["job"] != first["job"]
        assert (WorkflowJob.objects.count(), WebhookDelivery.objects.count()) == (2, 1)
        assert str(WebhookDelivery.objects.get().job_id) == again["job"]

    def test_starts_afresh_once_although_it_comes_twice(self, door: Door):
        self.send(door, delivery=GUID)
        fail_its_job()
        assert self.send(door, delivery=GUID) == self.send(door, delivery=GUID)
        assert WorkflowJob.objects.count() == 2

    def test_starts_afresh_under_another_id_too(self, door: Door):
        self.send(door, delivery=GUID)
        fail_its_job()
        again = self.send(door)
        assert again["job"] == str(WorkflowJob.objects.latest("created_at").id)
        assert set(WebhookDelivery.objects.values_list("job", flat=True)) == {
            WorkflowJob.objects.latest("created_at").id
        }

    @pytest.mark.parametrize("end", ["complete", "cancel", None])
    def test_is_a_duplicate_while_its_job_lives_or_ended_otherwise(self, door: Door, end: str | None):
        first = self.send(door, delivery=GUID)
        job = WorkflowJob.objects.get()
        if end == "complete":
            transitions.complete(transitions.claim(job.id, 1, owner="w1", lease_seconds=30), {})
        if end == "cancel":
            transitions.cancel(job.id, actor="t", reason="r")
        assert self.send(door, delivery=GUID) == first
        assert WorkflowJob.objects.count() == 1

    def test_keeps_its_failed_job_while_the_queue_is_off(self, door: Door, settings: LazySettings):
        first = self.send(door, delivery=GUID)
        fail_its_job()
        settings.QUEUE_ENABLED = False
        assert self.send(door, delivery=GUID) == first


@pytest.mark.django_db(transaction=True)
def test_a_hundred_copies_at_once_of_a_delivery_that_failed_start_it_once(door: Door):
    door.send("pull_request", pull_request(), delivery=GUID)
    fail_its_job()
    body = to_bytes(pull_request())
    headers = headers_for("pull_request", body, delivery=GUID)

    def accept(_: int) -> str:
        try:
            return json.dumps(intake.accept(headers, body).to_json())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(accept, range(100)))) == 1
    assert WorkflowJob.objects.count() == 2


def test_a_second_event_for_the_same_head_names_the_job_that_is_under_way(door: Door):
    first = door.send("pull_request", pull_request("opened"))
    second = door.send("pull_request", pull_request("ready_for_review"))
    assert second.json()["job"] == first.json()["job"]
    assert second.json()["reason"] == "a review of this is under way"


def test_closing_a_pull_request_cancels_its_review(door: Door):
    door.send("pull_request", pull_request())
    answer = door.send("pull_request", pull_request("closed")).json()
    assert answer["reason"] == "the pull request was closed; reviews cancelled: 1"
    assert WorkflowJob.objects.get().status == JobStatus.CANCELLED


def test_a_comment_asks_for_the_review_of_a_head_it_does_not_name(door: Door):
    answer = door.send("issue_comment", comment()).json()
    job = WorkflowJob.objects.get(workflow_type=WorkflowType.CODE_REVIEW)
    assert (job.payload["number"], job.payload["head_sha"], job.payload["trigger"]) == (7, "", "command")
    assert (answer["job"], answer["reason"]) == (str(job.id), "review")


def test_a_command_that_asks_for_no_review_names_the_job_that_answers(door: Door):
    answer = door.send("issue_comment", comment("/review pause")).json()
    job = WorkflowJob.objects.get()
    assert (answer["job"], answer["reason"]) == (str(job.id), "pause")
    assert (job.workflow_type, job.payload["command"], job.payload["reaction"]) == ("COMMAND_ANSWER", "pause", "+1")


def test_a_comment_by_two_hooks_is_one_command(door: Door):
    first = door.send("issue_comment", comment("/review full")).json()
    again = door.send("issue_comment", comment("/review full"), X_GitHub_Hook_ID="31").json()
    assert (again["job"], again["reason"]) == (first["job"], "full: this command was taken before")
    assert WorkflowJob.objects.count() == 2


def test_a_command_whose_review_has_failed_is_carried_out_when_it_is_sent_again(door: Door):
    first = door.send("issue_comment", comment("/review full"), delivery=GUID).json()
    fail_its_job(first["job"])
    again = door.send("issue_comment", comment("/review full"), delivery=GUID).json()
    review = WorkflowJob.objects.get(id=again["job"])
    assert (again["job"] != first["job"], review.payload["purpose"]) == (True, "full 4000")


def test_a_push_to_the_default_branch_asks_for_the_code_graph(door: Door):
    door.send("push", push())
    assert WorkflowJob.objects.get().workflow_type == WorkflowType.AST_ANALYSIS


def test_a_ping_is_answered(door: Door):
    assert door.send("ping", ping()).json()["verdict"] == "PING"


def test_a_failure_while_enqueueing_leaves_nothing_behind(door: Door, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(intake, "request_review", fail)
    response = door.send("pull_request", pull_request())
    assert (response.status_code, response.json()["error"]) == (500, "internal_error")
    assert WebhookDelivery.objects.count() == 0


def test_what_failed_once_is_taken_when_it_is_sent_again(door: Door, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(intake, "request_review", None)
        assert door.send("pull_request", pull_request(), delivery=GUID).status_code == 500
    assert door.send("pull_request", pull_request(), delivery=GUID).json()["verdict"] == "ACCEPTED"


@pytest.mark.django_db(transaction=True)
def test_input_24_a_hundred_duplicates_at_once_are_one_delivery_and_one_job():
    body = to_bytes(pull_request())
    headers = headers_for("pull_request", body, delivery=GUID)

    def accept(_: int) -> str:
        try:
            return json.dumps(intake.accept(headers, body).to_json())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(accept, range(100)))
    assert len(answers) == 1
    assert (WebhookDelivery.objects.count(), WorkflowJob.objects.count(), OutboxMessage.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_pushes_at_once_leave_one_live_review():
    def push_head(number: int) -> None:
        body = to_bytes(pull_request("synchronize", head=f"{number:040x}"))
        try:
            intake.accept(headers_for("pull_request", body), body)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(push_head, range(20)))
    assert WorkflowJob.objects.filter(status__in=LIVE_STATUSES).count() == 1
    assert WebhookDelivery.objects.filter(verdict=Verdict.ACCEPTED).count() == 20


@pytest.mark.django_db(transaction=True)
def test_input_26_fifty_replays_at_once_under_ids_of_their_own_are_one_job():
    body = to_bytes(pull_request())

    def accept(_: int) -> str:
        try:
            return json.dumps(intake.accept(headers_for("pull_request", body), body).to_json())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(accept, range(50)))
    assert len(answers) == 1
    assert (WebhookDelivery.objects.count(), WorkflowJob.objects.count()) == (50, 1)
    assert WebhookDelivery.objects.filter(duplicate_of=None).count() == 1


@pytest.fixture(params=["QUEUE_ENABLED", "GITHUB_ENABLED"])
def switched_off(request: pytest.FixtureRequest, settings: LazySettings) -> str:
    setattr(settings, request.param, False)
    return str(request.param)


def test_with_the_queue_off_a_delivery_is_stored_and_answered_but_not_reviewed(door: Door, switched_off: str):
    answer = door.send("pull_request", pull_request()).json()
    assert (answer["verdict"], answer["job"], WorkflowJob.objects.count()) == ("HELD", None, 0)
    assert WebhookDelivery.objects.get().verdict == Verdict.HELD


def test_with_the_queue_off_what_is_ignored_is_still_ignored(door: Door, switched_off: str):
    assert door.send("star", {"action": "created"}).json()["verdict"] == "IGNORED"


def replay(**options: object) -> str:
    out = StringIO()
    call_command("replay_deliveries", stdout=out, **options)
    return out.getvalue()


def test_held_deliveries_are_reviewed_when_replayed_in_the_order_they_came(door: Door, settings: LazySettings):
    settings.QUEUE_ENABLED = False
    door.send("pull_request", pull_request(), delivery=GUID)
    door.send("pull_request", pull_request("closed"))
    settings.QUEUE_ENABLED = True
    assert "2 replayed" in replay()
    assert WorkflowJob.objects.get().status == JobStatus.CANCELLED
    assert WebhookDelivery.objects.get(delivery_id=GUID).verdict == Verdict.ACCEPTED


def test_a_dry_run_counts_and_changes_nothing(door: Door, settings: LazySettings):
    settings.QUEUE_ENABLED = False
    door.send("pull_request", pull_request())
    settings.QUEUE_ENABLED = True
    assert "1 would be replayed" in replay(dry_run=True)
    assert WebhookDelivery.objects.get().verdict == Verdict.HELD


def test_what_came_before_the_given_moment_is_left_held(door: Door, settings: LazySettings):
    settings.QUEUE_ENABLED = False
    door.send("pull_request", pull_request())
    settings.QUEUE_ENABLED = True
    assert "0 replayed" in replay(since="2999-01-01")


def test_replaying_is_refused_while_the_queue_is_off(settings: LazySettings, db: None):
    settings.QUEUE_ENABLED = False
    with pytest.raises(CommandError, match="WORKFLOW_QUEUE_ENABLED"):
        replay()


def test_one_held_delivery_that_is_refused_does_not_stop_the_others(door: Door, settings: LazySettings):
    settings.QUEUE_ENABLED = False
    door.send("pull_request", pull_request(), delivery=GUID)
    door.send("push", push())
    settings.QUEUE_ENABLED = True
    WebhookDelivery.objects.filter(delivery_id=GUID).update(body=b"{}")
    with pytest.raises(CommandError, match="1 replayed, 1 refused"):
        replay()
    assert WebhookDelivery.objects.get(delivery_id=GUID).verdict == Verdict.HELD


@needs_shared_data
def test_every_example_of_githubs_events_gets_a_verdict(door: Door):
    assert SHARED_DATA
    examples = sorted((SHARED_DATA / "webhooks" / "octokit-examples").glob("*/*.json"))
    refused = [path.name for path in examples if _verdict(door, path) not in Verdict.values]
    assert (len(examples) > 300, refused) == (True, [])


def _verdict(door: Door, path: Path) -> str:
    response = door.send(path.parent.name, path.read_bytes(), delivery=str(uuid4()))
    return str(response.json().get("verdict", response.json()))
