"""Plants: each takes a safeguard away that is there, and without it the service does what the safeguard prevents."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from celeryconfig import RECOVERY_QUEUE
from chaos.controls import CONTROLS
from chaos.faults import KINDS
from chaos.inside import plants
from chaos.links.link import Link
from jobs import leases, transitions, waits
from jobs.attempts import Attempt
from jobs.broker import Outgoing, Publisher
from jobs.errors import LeaseLost, TransitionRefused
from jobs.maintenance import redispatcher, rescuer
from jobs.models import WorkflowJob
from reviews.models import Effect
from reviews.stages import post
from tests.chaos.looked_up import taken_elsewhere
from tests.jobs import operations
from tests.processes import ROOT

Planting = Callable[..., None]
HEADERS = {"workflow_type": "DELIVERY_RECOVERY"}
ACKNOWLEDGES_LATE = "import django; django.setup(); from jobs.tasks import run_job; print(run_job.acks_late)"


@pytest.fixture
def plant(changed) -> Iterator[Planting]:
    """Plants until the end of the test. The safeguard behind is left in place unless told otherwise."""
    before = current_app.conf.task_acks_late
    yield lambda name, *, second_net=True: plants.plant(name, second_net=second_net)
    current_app.conf.task_acks_late = before


def marked_lost(job: WorkflowJob) -> WorkflowJob:
    """Its worker holds its lease, and has not written for a while."""
    WorkflowJob.objects.filter(id=job.id).update(updated_at=timezone.now() - timedelta(seconds=5))
    return job


class TestEachPlant:
    @pytest.mark.parametrize("name", plants.PLANTS)
    def test_changes_what_the_service_looks_up_there(self, plant, changed, name):
        plant(name, second_net=False)
        assert changed
        assert [place for owner, name in changed for place in taken_elsewhere(owner, name)] == []

    def test_has_a_control_under_faults_that_there_are(self):
        assert {control.plant for control in CONTROLS if control.plant} == set(plants.PLANTS)
        assert {fault for control in CONTROLS for fault in control.faults} <= set(KINDS)


@pytest.mark.django_db
class TestNoFence:
    def test_without_it_an_attempt_that_lost_its_job_writes_to_it(self, plant):
        stale = operations.running()
        operations.claim(operations.release(stale))
        with pytest.raises(TransitionRefused):
            operations.complete(stale)
        plant("no fence")
        assert operations.complete(stale).status == "COMPLETED"

    def test_without_the_look_at_the_lease_it_does_not_learn_that_it_lost_it(self, plant):
        late = Attempt(operations.running(), claimed_at=leases.now() - 3_600, at_most_seconds=7_200)
        with pytest.raises(LeaseLost):
            late.check()
        plant("no fence", second_net=False)
        late.check()
        late.hold_lease(10)


@pytest.mark.django_db
class TestRescueWithoutLeaseTest:
    def test_without_it_a_job_is_taken_from_a_worker_that_holds_it(self, plant, settings):
        settings.HEARTBEAT_SECONDS = -3_600  # no grace after the start of the database
        job = marked_lost(operations.running())
        assert rescuer.run_once() == 0
        plant("rescue without lease test")
        assert rescuer.run_once() == 0  # the transition looks, too
        plant("rescue without lease test", second_net=False)
        assert rescuer.run_once() == 1
        job.refresh_from_db()
        assert job.status == "PENDING"


@pytest.mark.django_db
class TestPostBeforeIntent:
    @pytest.fixture
    def attempt(self) -> Attempt:
        return Attempt(operations.running(), claimed_at=leases.now(), at_most_seconds=60)

    def perform(self, attempt: Attempt) -> str:
        intent = Effect(repository_id=1, number=7, head_sha="a", purpose="test", marker="mark")
        perform_once = vars(post)["perform_once"]  # where the stage looks it up
        return str(perform_once(attempt, intent, find=lambda _: None, write=lambda marker: f"by {marker}"))

    def test_without_the_intent_nothing_is_noted_and_the_second_one_writes_again(self, plant, attempt):
        plant("post before intent")
        assert self.perform(attempt) == "by mark"
        assert not Effect.objects.exists()

    def test_with_it_there_is_a_row(self, attempt):
        assert self.perform(attempt) == "by mark"
        assert Effect.objects.get().external_id == "by mark"


@pytest.mark.django_db
class TestNoLockInPause:
    def locks(self) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            waits._lock("ast.completed", "octo", "key")
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            return int(cursor.fetchone()[0])

    def test_without_it_nobody_waits_for_a_turn(self, plant):
        plant("no lock in pause")
        assert self.locks() == 0

    def test_with_it_there_is_a_lock(self):
        assert self.locks() == 1

    def test_a_job_pauses_all_the_same(self, plant):
        plant("no lock in pause")
        assert operations.waiting().status == "WAITING_FOR_EVENT"


@pytest.mark.django_db
class TestNobodyAnnouncesAgain:
    def test_without_the_redispatcher_a_message_that_was_lost_stays_lost(self, plant):
        operations.announced_in_vain()
        plant("no confirmation", second_net=False)
        assert redispatcher.run_once() == redispatcher.announce_missing() == 0

    def test_without_the_rescuer_a_job_that_was_lost_stays_lost(self, plant):
        job = operations.lost()
        plant("early acknowledgement", second_net=False)
        assert rescuer.run_once() == 0
        with pytest.raises(TransitionRefused):
            transitions.rescue_at_once(job.id, 1, worker="w1", cause="", crash_limit=3, actor="w")


@pytest.mark.django_db
def test_a_job_is_announced_before_its_row_is_committed_and_without_a_message_of_its_own(plant, monkeypatch):
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        current_app._get_current_object(), "send_task", lambda *args, **more: told.append((args, more))
    )
    plant("publish before commit")
    job = operations.runnable()
    assert told == [(("jobs.run_job",), {"args": (str(job.id), 1), "queue": job.queue})]
    assert not job.messages.exists()


def test_without_confirmation_a_message_into_silence_is_taken_for_sent(plant, broker):
    plant("no confirmation")
    with Link(urlsplit(broker).port) as link:
        publisher = Publisher(f"amqp://guest:guest@127.0.0.1:{link.port}//")
        publisher.connect()
        link.silence()
        assert publisher.publish([Outgoing(1, RECOVERY_QUEUE, {"job_id": "1", "dispatch": 1}, HEADERS)]) == {}
        link.reset()
        publisher.close()


@pytest.mark.parametrize(("named", "told"), [("early acknowledgement", "False"), ("", "True")])
def test_a_worker_acknowledges_a_message_early_when_that_is_planted(named, told):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "chaos.inside.settings", "CHAOS_PLANT": named}
    command = [sys.executable, "-c", ACKNOWLEDGES_LATE]
    ended = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == told
