"""The values are those of the rows, and of what happened."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from jobs import gates, transitions
from jobs.enqueue import enqueue
from jobs.models import JobExecutionHistory, OutboxMessage, PausedQueue, WorkflowJob
from jobs.outcomes import Completed, WaitForEvent
from jobs.registry import job_handler
from jobs.states import ErrorClassification, EventType, HandlerType, WorkflowType
from jobs.testing import perform_job
from jobs.waits import pause
from monitoring.metrics.live import LIVE_JOBS, OUTBOX
from monitoring.metrics.scrape import FROM_ROWS
from tests.monitoring.scraped import asked, names, scraped
from tests.services import free_port
from tests.webhooks.deliveries import SECRET, Door, ping, pull_request
from webhooks.models import WebhookDelivery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("counts", "no_broker")]

LONG_AGO = timezone.now() - timedelta(hours=1)


class Hopeless(Exception):
    permanent = True


@pytest.fixture
def no_broker(settings):
    settings.BROKER_URL = f"amqp://127.0.0.1:{free_port()}//"


@pytest.fixture
def handler(monkeypatch):
    """The handler of CODE_REVIEW does what the payload says."""
    monkeypatch.setattr("jobs.registry._specs", {})

    @job_handler(WorkflowType.CODE_REVIEW, handler_type=HandlerType.TASK, queue="workflow.jobs.code_review")
    def work(attempt: Any) -> Completed:
        if attempt.payload.get("raise") == "wait":
            raise WaitForEvent(EventType.AST_COMPLETED, scope="s", key="k", timeout=timedelta(minutes=1))
        if attempt.payload.get("raise"):
            raise {"hopeless": Hopeless, "passing": RuntimeError}[attempt.payload["raise"]]
        return Completed()


def make_job(**payload: Any) -> WorkflowJob:
    return enqueue(WorkflowType.CODE_REVIEW, payload, dedupe_key=None).job


def claimed() -> WorkflowJob:
    job = make_job()
    return transitions.claim(job.id, job.dispatch, owner="host:1:ab", lease_seconds=30)


def of_reviews(name: str, **labels: str) -> str:
    shown = sorted({**labels, "type": "CODE_REVIEW"}.items())
    return name + "{" + ",".join(f'{label}="{value}"' for label, value in shown) + "}"


QUEUE = '{queue="workflow.jobs.code_review"}'


def test_live_jobs_are_told_by_status(handler):
    make_job()
    make_job()
    claimed()
    perform_job(make_job(**{"raise": "wait"}))
    perform_job(make_job(**{"raise": "passing"}))
    perform_job(make_job())
    told = scraped()
    by_status = {
        status: told[of_reviews("kodus_jobs", status=status)]
        for status in ("PENDING", "PROCESSING", "WAITING_FOR_EVENT", "RETRYING")
    }
    assert by_status == {"PENDING": 2, "PROCESSING": 1, "WAITING_FOR_EVENT": 1, "RETRYING": 1}
    assert told['kodus_jobs_waiting{event="ast.completed"}'] == 1
    assert told[f"kodus_queue_running{QUEUE}"] == 1


def test_what_is_due_is_told_with_its_age(handler):
    make_job()
    waiting = make_job()
    WorkflowJob.objects.filter(id=waiting.id).update(due_at=LONG_AGO)
    enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None, delay=timedelta(hours=1))
    told = scraped()
    assert told[f"kodus_queue_depth{QUEUE}"] == 2
    assert told[f"kodus_queue_oldest_job_age_seconds{QUEUE}"] >= 3600
    assert told['kodus_overdue_seconds{duty="start"}'] >= 3600


def test_messages_are_told_until_they_are_claimed(handler):
    make_job()
    OutboxMessage.objects.update(available_at=LONG_AGO)
    assert scraped()["kodus_outbox_pending"] == 1
    assert scraped()["kodus_outbox_oldest_age_seconds"] >= 3600
    OutboxMessage.objects.update(sent_at=timezone.now())
    assert (scraped()["kodus_outbox_pending"], scraped()["kodus_outbox_announced"]) == (0, 1)
    perform_job(WorkflowJob.objects.get())
    assert scraped()["kodus_outbox_announced"] == 0


def test_a_paused_queue_is_told_with_for_how_long_and_its_jobs_are_nobodys_lag(handler):
    make_job()
    WorkflowJob.objects.update(due_at=LONG_AGO)
    assert scraped()[f"kodus_queue_paused_seconds{QUEUE}"] == 0
    PausedQueue.objects.create(queue="workflow.jobs.code_review", actor="ann", reason="r", since=LONG_AGO)
    told = scraped()
    assert told[f"kodus_queue_paused_seconds{QUEUE}"] >= 3600
    assert told['kodus_queue_paused_seconds{queue="workflow.jobs.ast_analysis"}'] == 0
    assert (told[f"kodus_queue_depth{QUEUE}"], told['kodus_overdue_seconds{duty="start"}']) == (1, 0)


def test_an_expired_lease_is_told(handler):
    claimed()
    assert scraped()["kodus_leases_expired"] == 0
    WorkflowJob.objects.update(lease_until=LONG_AGO)
    assert scraped()["kodus_leases_expired"] == 1
    assert scraped()['kodus_overdue_seconds{duty="rescue"}'] >= 3600


def test_a_wait_past_its_deadline_is_told(handler):
    pause(claimed(), WaitForEvent(EventType.AST_COMPLETED, scope="s", key="k", timeout=timedelta(minutes=1)))
    WorkflowJob.objects.update(wait_deadline=LONG_AGO)
    assert scraped()['kodus_overdue_seconds{duty="waits"}'] >= 3600


def test_a_closed_gate_is_told():
    gates.close("github:token", seconds=60, why=ErrorClassification.RATE_LIMITED, reason="used up")
    assert scraped()['kodus_gates_closed{classification="RATE_LIMITED"}'] == 1
    assert scraped()['kodus_gates_closed{classification="CIRCUIT_OPEN"}'] == 0


def test_ends_agree_with_the_rows(handler):
    for _ in range(3):
        perform_job(make_job())
    for _ in range(2):
        perform_job(make_job(**{"raise": "hopeless"}))
    transitions.cancel(make_job().id, actor="t", reason="r")
    transitions.supersede(make_job().id, actor="t", reason="r")
    told = scraped()
    ends = {
        outcome: told[of_reviews("kodus_jobs_finished_total", outcome=outcome)]
        for outcome in ("completed", "failed", "cancelled", "superseded", "quarantined")
    }
    assert ends == {"completed": 3, "failed": 2, "cancelled": 1, "superseded": 1, "quarantined": 0}
    assert told[of_reviews("kodus_job_failed_attempts_total", error_class="PERMANENT")] == 2
    assert told[of_reviews("kodus_job_duration_seconds_count", outcome="completed")] == 3


def test_every_history_row_is_one_transition_counted(handler):
    perform_job(make_job(**{"raise": "passing"}))
    perform_job(make_job(**{"raise": "hopeless"}))
    perform_job(make_job(**{"raise": "wait"}))
    failed = WorkflowJob.objects.get(status="FAILED")
    perform_job(transitions.retry_by_hand(failed.id, actor="t", reason="r"))
    written = list(JobExecutionHistory.objects.values_list("verb", flat=True))
    told = {verb: scraped()[of_reviews("kodus_job_transitions_total", verb=verb)] for verb in set(written)}
    assert told == {verb: written.count(verb) for verb in set(written)}
    assert len(told) == 6


def test_what_was_undone_is_not_counted(handler):
    with transaction.atomic():
        make_job()
        transaction.set_rollback(True)
    assert scraped()[of_reviews("kodus_job_transitions_total", verb="enqueue")] == 0


def test_how_long_a_job_was_due_before_it_was_started(handler):
    WorkflowJob.objects.filter(id=make_job().id).update(due_at=timezone.now() - timedelta(seconds=20))
    perform_job(WorkflowJob.objects.get())
    told = scraped()
    queue = 'queue="workflow.jobs.code_review"'
    buckets = [told[f'kodus_job_queue_latency_seconds_bucket{{le="{le}",{queue}}}'] for le in ("10.0", "30.0")]
    assert buckets == [0, 1]
    assert 20 <= told[f"kodus_job_queue_latency_seconds_sum{{{queue}}}"] < 30


def test_an_outdated_message_is_a_duplicate(handler):
    job = make_job()
    perform_job(job)
    perform_job(job)
    assert scraped()['kodus_duplicates_suppressed_total{kind="message"}'] == 1


def test_an_outcome_that_comes_too_late_is_fenced_off(monkeypatch, handler):
    def taken_away(attempt: Any) -> Completed:
        transitions.cancel(attempt.job_id, actor="t", reason="r")
        return Completed()

    job_handler(WorkflowType.CODE_REVIEW, handler_type=HandlerType.TASK, queue="workflow.jobs.code_review")(taken_away)
    perform_job(make_job())
    assert scraped()[of_reviews("kodus_fencing_rejections_total")] == 1


def test_deliveries_are_counted_with_what_became_of_them(client, settings):
    settings.GITHUB_WEBHOOK_SECRETS = (SECRET,)
    settings.ROOT_URLCONF = "kodus_queue.webhook_urls"
    door = Door(client)
    door.send("ping", ping())
    door.send("pull_request", pull_request("opened"))
    door.send("pull_request", pull_request("opened"))
    door.send("made_up_by_somebody", {})
    door.send("ping", ping(), X_Hub_Signature_256="sha256=" + "0" * 64)
    told = scraped()
    assert told['kodus_webhook_deliveries_total{event="ping",verdict="PING"}'] == 1
    assert told['kodus_webhook_deliveries_total{event="pull_request",verdict="ACCEPTED"}'] == 2
    assert told['kodus_webhook_deliveries_total{event="other",verdict="IGNORED"}'] == 1
    assert told['kodus_webhook_refusals_total{error="signature_invalid"}'] == 1
    assert told['kodus_duplicates_suppressed_total{kind="delivery"}'] == 1
    assert told['kodus_webhook_request_duration_seconds_count{status="202"}'] == 4
    assert told['kodus_webhook_request_duration_seconds_count{status="401"}'] == 1
    assert told["kodus_webhook_body_bytes_count"] == 4
    last = WebhookDelivery.objects.latest("received_at").received_at
    assert told["kodus_webhook_last_delivery_timestamp_seconds"] == pytest.approx(last.timestamp(), abs=0.01)


def test_a_schedule_that_should_have_run_is_told():
    every_minute = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.MINUTES)
    PeriodicTask.objects.create(name="tick", task="t", interval=every_minute, last_run_at=LONG_AGO)
    PeriodicTask.objects.create(name="off", task="t", interval=every_minute, last_run_at=LONG_AGO, enabled=False)
    told = scraped()
    since = (timezone.now() - LONG_AGO).total_seconds()
    assert told['kodus_schedule_overdue_seconds{schedule="tick"}'] == pytest.approx(since - 60, abs=5)
    assert told['kodus_schedule_last_run_timestamp_seconds{schedule="tick"}'] == pytest.approx(LONG_AGO.timestamp())
    assert 'kodus_schedule_overdue_seconds{schedule="off"}' not in told
    PeriodicTask.objects.update(last_run_at=timezone.now())
    assert scraped()['kodus_schedule_overdue_seconds{schedule="tick"}'] == 0


def test_the_database_and_the_disk_are_told():
    told = scraped()
    assert 1 <= told["kodus_database_connections"] < told["kodus_database_connections_max"]
    assert told["kodus_database_clock_skew_seconds"] < 1
    assert 0 < told["kodus_state_dir_free_bytes"] < told["kodus_state_dir_size_bytes"]


def test_a_broker_that_is_away_is_a_finding(handler):
    told = scraped()
    assert told["kodus_broker_up"] == 0
    assert told['kodus_scrape_collector_success{collector="broker"}'] == 1
    assert "kodus_broker_messages" not in names(told)


def test_the_broker_tells_its_queues(settings, broker):
    settings.BROKER_URL = broker
    told = scraped()
    assert told["kodus_broker_up"] == 1


HELD = "SELECT count(*) FROM webhook_deliveries WHERE verdict = 'HELD'"
LAST = "SELECT max(received_at) FROM webhook_deliveries"


@pytest.mark.parametrize("sql", [LIVE_JOBS, OUTBOX, HELD, LAST], ids=["jobs", "outbox", "held", "last"])
def test_what_is_live_is_found_by_index(sql):
    """Among millions that are over. An empty table's statistics would prefer to read it all."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan


def test_a_part_that_takes_too_long_costs_the_others_nothing(monkeypatch):
    def slow() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
        return []

    monkeypatch.setattr("monitoring.metrics.scrape.STATEMENT_SECONDS", 0.05)
    monkeypatch.setitem(FROM_ROWS, "lags", slow)
    told = scraped()
    assert told['kodus_scrape_collector_success{collector="lags"}'] == 0
    assert told['kodus_scrape_collector_duration_seconds{collector="lags"}'] < 2
    assert {name for name, value in told.items() if "collector_success" in name and not value} == {
        'kodus_scrape_collector_success{collector="lags"}'
    }
    assert "kodus_overdue_seconds" not in names(told)
    assert {"kodus_jobs", "kodus_outbox_pending", "kodus_job_transitions_total"} <= names(told)


def test_when_the_time_is_up_the_rest_is_left_out_and_that_is_told(monkeypatch):
    monkeypatch.setattr("monitoring.metrics.scrape.SCRAPE_SECONDS", 0)
    told = scraped()
    assert {value for name, value in told.items() if "collector_success" in name} == {0}


def test_counts_that_cannot_be_read_are_told_as_missing(counts):
    scraped()
    (counts / "counter_7.db").write_bytes(bytes.fromhex("4000000000000000" + "10000000" * 1_000))
    told = scraped()
    assert told['kodus_scrape_collector_success{collector="counted"}'] == 0
    assert "kodus_jobs" in names(told)


def test_operators_read_it(admin_client):
    assert "kodus_jobs" in names(asked(admin_client))


def test_prometheus_may_ask_for_forms_we_do_not_have(admin_client):
    assert "kodus_jobs" in names(asked(admin_client, accept="application/openmetrics-text;version=1.0.0"))


def test_strangers_are_not_told(client):
    answer = client.get("/metrics")
    assert answer.status_code in {401, 403}
    assert answer["Content-Type"] == "application/problem+json"


def test_the_door_does_not_tell(client, settings):
    settings.ROOT_URLCONF = "kodus_queue.webhook_urls"
    assert client.get("/metrics").status_code == 404


def test_who_asks_often_is_told_the_same_for_some_seconds(admin_client, monkeypatch):
    before = asked(admin_client)
    make_job()
    assert asked(admin_client) == before
    monkeypatch.setattr("monitoring.metrics.scrape._kept", (0.0, b""))
    assert asked(admin_client) != before


def test_no_label_names_somebody(handler):
    enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None, organization="octocat", subject="octocat/app#1")
    perform_job(WorkflowJob.objects.get())
    assert "octocat" not in str(scraped())
