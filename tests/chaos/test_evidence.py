"""What the checker is given is what the database and the stand-in of GitHub really write."""

import random

import httpx
import pytest
from django.db import connection

from chaos.checker import violations
from chaos.checker.evidence import Evidence, read_lines, read_tables
from chaos.checker.timelines import created_checks, last_check_updates, posts, pull_states
from chaos.github import github
from chaos.repositories import make_repository
from integrations.github.standin.handler import API_PREFIX
from jobs import waits
from jobs.inbox import process_once
from jobs.models import WorkflowJob
from jobs.states import EventType
from reviews.models import Review
from tests.chaos.written import written
from tests.jobs import operations
from tests.processes import database_url
from tests.services import free_port, wait_until
from webhooks.models import WebhookDelivery


def test_a_line_that_was_torn_apart_is_left_out(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"fact": "started"}\n{"fact": "requ\n{"fact": "weather"}\n{"fa\xc3')
    assert [fact["fact"] for fact in read_lines(path)] == ["started", "weather"]
    assert read_lines(tmp_path / "missing.jsonl") == []


@pytest.mark.django_db(transaction=True)
class TestTables:
    @pytest.fixture
    def job(self) -> WorkflowJob:
        """It waited for its event, and completed."""
        job = operations.waiting()
        scope, key = operations.SCOPE, operations.KEY
        waits.emit(EventType.AST_COMPLETED, scope=scope, key=key, payload={}, event_id="1", source="test")
        job.refresh_from_db()
        return operations.complete(operations.claim(job))

    def test_nothing_is_broken_in_what_the_engine_writes(self, job):
        evidence = Evidence(github=[], faults=[], tables=read_tables(database_url()))
        assert list(evidence.jobs) == [job.id]
        assert [row["verb"] for row in evidence.history[job.id]] == [
            *("enqueue", "claim", "pause", "resume", "claim", "complete")
        ]
        assert {number: found for number, found in violations(evidence).items() if found} == {}

    def test_a_status_that_was_changed_behind_its_back_is_reported(self, job):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE workflow_jobs SET status = 'FAILED'")
        found = violations(Evidence(github=[], faults=[], tables=read_tables(database_url())))
        assert {number for number in found if found[number]} == {"I5"}

    def test_each_column_of_the_rows_written_by_hand_is_there(self, job, tmp_path):
        process_once(consumer="calendar", message_id="tick", effect=lambda: None)
        told = {"event": "push", "body": b"{}", "body_sha256": b"", "verdict": "ACCEPTED"}
        WebhookDelivery.objects.create(delivery_id=job.id, **told)
        Review.objects.create(origin="github", repository="octo/app", head_sha="a", outcome="REVIEWED")
        real = read_tables(database_url())
        for table, rows in written(tmp_path).tables.items():
            assert all(set(row) <= set(real[table][0]) for row in rows), table

    def test_a_digest_is_told_as_the_stand_in_tells_it(self, job):
        told = {"event": "push", "body": b"{}", "body_sha256": b"\xab", "verdict": "ACCEPTED"}
        WebhookDelivery.objects.create(delivery_id=job.id, **told)
        (row,) = read_tables(database_url())["webhook_deliveries"]
        assert (row["delivery_id"], row["stored_sha256"]) == (str(job.id), "ab")
        assert row["body_sha256"].startswith("44136fa3")  # of {}


def test_what_happens_on_the_stand_in_is_understood(tmp_path):
    repository = make_repository(tmp_path / "app.git", "octo/app", heads=2, rng=random.Random(1))  # noqa: S311 - it must repeat
    log, (first, second) = tmp_path / "github.jsonl", repository.heads
    with github(log, [repository], webhook_url=f"http://127.0.0.1:{free_port()}/") as standin:
        told = {"repository": "octo/app", "base": repository.base_sha, "title": "Change"}
        number = standin.do("open_pull_request", head=first, **told)
        _act_on(standin.http, f"{API_PREFIX}/repos/octo/app/pulls/{number}/reviews", first)
        standin.do("push", repository="octo/app", number=number, head=second)
        standin.do("close", repository="octo/app", number=number, merged=True)
        wait_until(lambda: log.read_text().count("webhook_answered") == 3, seconds=20, what="three webhooks")
    evidence = Evidence(github=read_lines(log), faults=[], tables={})
    (states,) = pull_states(evidence).values()
    assert [(state.head, state.is_open) for state in states] == [(first, True), (second, True), (second, False)]
    assert [(post.pull, post.head) for post in posts(evidence)] == [(f"octo/app#{number}", first)]
    assert list(created_checks(evidence)) == list(last_check_updates(evidence))
    assert {number for number, found in violations(evidence).items() if found} == {"I16", "I16b"}


def _act_on(http: httpx.Client, reviews: str, head: str) -> None:
    """As the service does: a check run is opened, a review is posted, the check run is closed."""
    check_runs = f"{API_PREFIX}/repos/octo/app/check-runs"
    made = http.post(check_runs, json={"name": "Kodus", "head_sha": head, "external_id": "job"})
    http.post(reviews, json={"commit_id": head, "event": "COMMENT", "body": "Found."}).raise_for_status()
    closed = {"status": "completed", "conclusion": "neutral"}
    http.patch(f"{check_runs}/{made.json()['id']}", json=closed).raise_for_status()
