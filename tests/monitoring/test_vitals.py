from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from celeryconfig import ANALYSIS_QUEUE, REVIEW_QUEUE
from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import OutboxMessage, WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.pausing import pause as pause_queue
from jobs.states import EventType, WorkflowType
from jobs.waits import pause
from monitoring import vitals as room
from monitoring.vitals import LAGS, Vital, broker_answers, vitals
from tests.services import free_port
from webhooks.models import REMEMBERED, Hook, MissedDelivery

LONG_AGO = timezone.now() - timedelta(hours=1)


def make_job() -> WorkflowJob:
    return enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None).job


def claimed() -> WorkflowJob:
    job = make_job()
    return transitions.claim(job.id, job.dispatch, owner="host:1:ab", lease_seconds=30)


@pytest.fixture
def lags(db, monkeypatch):
    """Which lags are too long; the broker is left out."""
    monkeypatch.setattr(room, "broker_answers", lambda: Vital(well=True, detail="answers"))
    return lambda: {name for name, vital in vitals().items() if not vital.well}


def test_with_nothing_to_do_all_is_well(lags):
    assert lags() == set()


def test_fresh_work_is_no_lag(lags):
    make_job()
    claimed()
    assert lags() == set()


def test_a_message_nobody_publishes_points_at_the_dispatcher(lags):
    make_job()
    OutboxMessage.objects.update(available_at=LONG_AGO)
    assert lags() == {"dispatch"}
    assert "is the dispatcher running" in vitals()["dispatch"].detail


def test_a_due_job_nobody_starts_points_at_the_workers(lags):
    make_job()
    WorkflowJob.objects.update(due_at=LONG_AGO)
    assert lags() == {"start"}


def test_a_lost_lease_nobody_takes_back_is_told(lags):
    claimed()
    WorkflowJob.objects.update(lease_until=LONG_AGO)
    assert lags() == {"rescue"}


def test_a_wait_nobody_ends_is_told(lags):
    pause(claimed(), WaitForEvent(EventType.AST_COMPLETED, scope="s", key="k", timeout=timedelta(minutes=1)))
    WorkflowJob.objects.update(wait_deadline=LONG_AGO)
    assert lags() == {"waits"}
    assert vitals()["waits"].to_json()["since_seconds"] > 3000


def test_what_stays_because_its_queue_is_paused_is_nobodys_fault(lags):
    make_job()
    OutboxMessage.objects.update(available_at=LONG_AGO)
    WorkflowJob.objects.update(due_at=LONG_AGO)
    pause_queue(ANALYSIS_QUEUE, actor="ann", reason="r")
    assert lags() == {"dispatch", "start"}
    pause_queue(REVIEW_QUEUE, actor="ann", reason="r")
    assert lags() == set()
    enqueue(WorkflowType.DELIVERY_RECOVERY, {}, dedupe_key=None)
    OutboxMessage.objects.update(available_at=LONG_AGO)
    assert lags() == {"dispatch"}


@pytest.mark.django_db
def test_while_nothing_is_paused_the_longest_due_is_looked_up_by_index():
    job = make_job()
    WorkflowJob.objects.bulk_create(
        WorkflowJob(workflow_type=job.workflow_type, queue=job.queue, status="PENDING") for _ in range(2_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workflow_jobs")
        cursor.execute(f"EXPLAIN {LAGS['start'].sql}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "Limit" in plan
    assert "using workflow_jobs_runnable" in plan


HOOK = "repos/octo/app/hooks/1"


@pytest.fixture
def hook(lags, settings):
    """It was looked through right now."""
    settings.GITHUB_HOOKS = (HOOK,)
    return Hook.objects.create(path=HOOK, looked_at=timezone.now())


def miss(hook, failed_at):
    MissedDelivery.objects.create(hook=hook, guid=UUID(int=1), attempt_id=1, failed_at=failed_at)


def test_a_missed_delivery_has_ten_minutes_to_be_recovered(lags, hook):
    miss(hook, timezone.now() - timedelta(minutes=9))
    assert (lags(), vitals()["deliveries"].detail) == (set(), "1 missing, asked for again")
    MissedDelivery.objects.update(failed_at=timezone.now() - timedelta(minutes=11))
    assert lags() == {"deliveries"}
    assert vitals()["deliveries"].since_seconds > 600


@pytest.mark.parametrize("looked_at", [None, LONG_AGO])
def test_a_hook_nobody_looks_through_points_at_beat(lags, hook, looked_at):
    Hook.objects.update(looked_at=looked_at)
    assert lags() == {"deliveries"}
    assert HOOK in vitals()["deliveries"].detail


def test_a_hook_that_is_no_longer_named_is_nobodys_concern(lags, hook, settings):
    miss(hook, LONG_AGO)
    Hook.objects.update(looked_at=LONG_AGO)
    settings.GITHUB_HOOKS = ()
    assert lags() == set()


def test_what_github_has_forgotten_is_told_no_more(lags, hook):
    miss(hook, timezone.now() - REMEMBERED)
    assert lags() == set()


@pytest.mark.django_db
def test_the_gap_is_found_by_index():
    missing = MissedDelivery.objects.missing().filter(hook__in=[HOOK])
    with connection.cursor() as cursor:
        # What an empty table's statistics prefer says nothing; these leave what a large one's would.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_mergejoin = off")
    assert "missed_deliveries_by_hook" in missing.explain()
    assert "Seq Scan" not in missing.explain()


@pytest.mark.django_db
@pytest.mark.parametrize("name", LAGS)
def test_each_is_found_by_index(name):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {LAGS[name].sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_is_away_is_told_without_its_password(settings, scheme):
    settings.BROKER_URL = f"{scheme}://user:hunter2hunter2@127.0.0.1:{free_port()}//"
    vital = broker_answers()
    assert not vital.well
    assert "hunter2" not in vital.detail


def test_a_broker_that_is_there_is_well(settings, broker):
    settings.BROKER_URL = broker
    assert broker_answers().well
