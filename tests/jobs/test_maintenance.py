import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from jobs import transitions
from jobs.maintenance import redispatcher, rescuer
from jobs.maintenance.loop import run_forever
from jobs.maintenance.wakeup import OutboxWakeup
from jobs.models import OutboxMessage, WorkflowJob
from jobs.states import JobStatus
from tests.services import wait_until

pytestmark = pytest.mark.django_db


def sent_seconds_ago(job: WorkflowJob, seconds: float) -> None:
    sent_at = timezone.now() - timedelta(seconds=seconds)
    OutboxMessage.objects.filter(job=job).update(sent_at=sent_at)
    WorkflowJob.objects.filter(id=job.id).update(due_at=sent_at)


class TestRedispatcher:
    def test_a_message_nobody_claimed_is_sent_again_under_a_new_number(self, make_job):
        job = make_job()
        sent_seconds_ago(job, 31)
        assert redispatcher.run_once() == 1
        assert OutboxMessage.objects.get(job=job).dispatch == 2

    def test_a_message_just_sent_is_given_time(self, make_job):
        job = make_job()
        sent_seconds_ago(job, 20)
        assert redispatcher.run_once() == 0

    def test_a_message_still_in_the_outbox_is_not_doubled_while_the_broker_is_away(self, make_job):
        job = make_job()
        WorkflowJob.objects.filter(id=job.id).update(due_at=F("due_at") - timedelta(hours=1))
        assert redispatcher.run_once() + redispatcher.announce_missing() == 0

    def test_a_job_whose_message_is_missing_gets_another(self, make_job):
        job = make_job()
        sent_seconds_ago(job, 31)
        OutboxMessage.objects.all().delete()
        assert redispatcher.announce_missing() == 1
        assert OutboxMessage.objects.get(job=job).dispatch == 2

    def test_a_message_left_behind_by_a_job_that_moved_on_is_forgotten(self, make_job):
        job = make_job()
        transitions.claim(job.id, 1, owner="w1", lease_seconds=30)
        OutboxMessage.objects.create(job=job, dispatch=1, destination="q", body={})  # as the release before left it
        sent_seconds_ago(job, 31)
        assert redispatcher.run_once() == 0
        assert not OutboxMessage.objects.exists()


@pytest.mark.usefixtures("short_grace")
class TestRescuer:
    def test_it_takes_back_what_was_lost_and_leaves_the_living(self, make_job):
        lost, living = make_job(), make_job()
        for job in (lost, living):
            transitions.claim(job.id, 1, owner="w1", lease_seconds=30)
        WorkflowJob.objects.filter(id=lost.id).update(lease_until=timezone.now() - timedelta(seconds=1))
        assert rescuer.run_once() == 1
        assert [WorkflowJob.objects.get(id=job.id).status for job in (lost, living)] == [
            JobStatus.PENDING,
            JobStatus.PROCESSING,
        ]


class TestLoop:
    @pytest.mark.django_db(transaction=True)
    def test_a_duty_that_fails_is_run_again(self):
        stop, runs = threading.Event(), []

        def duty() -> int:
            runs.append(1)
            if len(runs) == 1:
                raise RuntimeError
            stop.set()
            return 0

        stop.wait = lambda _seconds=None: stop.is_set()  # type: ignore[method-assign]  # no rest in this test
        run_forever("duty", duty, rest=lambda: None, stop=stop)
        assert len(runs) == 2

    @pytest.mark.django_db(transaction=True)
    def test_a_commit_wakes_the_relay_at_once(self, make_job):
        woken = threading.Event()
        wakeup = OutboxWakeup(threading.Event(), poll_seconds=60)
        wakeup._listen()

        def rest() -> None:
            wakeup.rest()
            woken.set()

        thread = threading.Thread(target=rest)
        thread.start()
        make_job()
        wait_until(woken.is_set, seconds=10, what="the wake-up")
        thread.join()
        wakeup.close()

    @pytest.mark.django_db(transaction=True)
    def test_a_lost_listening_connection_costs_one_poll(self):
        stop = threading.Event()
        wakeup = OutboxWakeup(stop, poll_seconds=0.05)
        wakeup.rest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [wakeup._listen().info.backend_pid])
        wakeup.rest()
        wakeup.rest()
        assert not wakeup._listen().closed
        wakeup.close()
