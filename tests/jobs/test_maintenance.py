import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from jobs import transitions
from jobs.broker import BrokerUnavailable, Outgoing, Publisher
from jobs.maintenance import redispatcher, relay, rescuer
from jobs.maintenance.loop import run_forever
from jobs.maintenance.wakeup import OutboxWakeup
from jobs.models import OutboxMessage, WorkflowJob
from jobs.states import JobStatus
from tests.services import wait_until

pytestmark = pytest.mark.django_db


class Taker:
    """A broker that takes what it is told to take: for the relay's own rules. The real one is in test_broker.py."""

    def __init__(self, *, refuses: bool = False, away: bool = False) -> None:
        self.refuses, self.away, self.taken = refuses, away, list[Outgoing]()

    def connect(self) -> None:
        if self.away:
            raise BrokerUnavailable

    def publish(self, messages: list[Outgoing]) -> dict[int, str]:
        if self.refuses:
            return {message.id: "no queue" for message in messages}
        self.taken += messages
        return {}


def sent_seconds_ago(job: WorkflowJob, seconds: float) -> None:
    sent_at = timezone.now() - timedelta(seconds=seconds)
    OutboxMessage.objects.filter(job=job).update(sent_at=sent_at)
    WorkflowJob.objects.filter(id=job.id).update(due_at=sent_at)


class TestRelay:
    def test_due_messages_are_published_in_order_and_marked_sent(self, make_job):
        jobs, broker = [make_job() for _ in range(3)], Taker()
        assert relay.run_once(publisher=broker) == 3
        assert [message.body["job_id"] for message in broker.taken] == [str(job.id) for job in jobs]
        assert not OutboxMessage.objects.filter(sent_at=None).exists()

    def test_a_message_is_not_sent_before_its_time(self, make_job):
        make_job(delay=timedelta(hours=1))
        assert relay.run_once(publisher=Taker()) == 0

    def test_while_the_broker_is_away_nothing_is_taken_and_no_try_is_counted(self, make_job):
        make_job()
        with pytest.raises(BrokerUnavailable):
            relay.run_once(publisher=Taker(away=True))
        assert OutboxMessage.objects.get().attempts == 0

    def test_what_the_broker_refuses_is_due_again_soon_and_says_why(self, make_job):
        make_job()
        relay.run_once(publisher=Taker(refuses=True))
        message = OutboxMessage.objects.get()
        assert (message.sent_at, message.last_error) == (None, "no queue")
        assert message.available_at < timezone.now() + timedelta(seconds=5)

    def test_what_a_relay_took_and_never_sent_is_taken_by_another_later(self, make_job):
        make_job()
        relay._take(10)
        assert relay._take(10) == []
        OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
        assert len(relay._take(10)) == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_relays_do_not_take_the_same_message(self, make_job):
        for _ in range(50):
            make_job()
        brokers = [Taker(), Taker()]

        def run(broker: Taker) -> None:
            while relay.run_once(5, publisher=broker):
                pass
            connection.close()

        threads = [threading.Thread(target=run, args=[broker]) for broker in brokers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = [message.id for broker in brokers for message in broker.taken]
        assert len(taken) == len(set(taken)) == 50


class TestRedispatcher:
    def test_a_message_nobody_claimed_is_sent_again_under_a_new_number(self, make_job):
        job = make_job()
        sent_seconds_ago(job, 31)
        assert redispatcher.run_once() == 1
        assert OutboxMessage.objects.get(job=job, sent_at=None).dispatch == 2

    def test_a_message_just_sent_is_given_time(self, make_job):
        job = make_job()
        sent_seconds_ago(job, 20)
        assert redispatcher.run_once() == 0

    def test_a_message_still_in_the_outbox_is_not_doubled_while_the_broker_is_away(self, make_job):
        job = make_job()
        WorkflowJob.objects.filter(id=job.id).update(due_at=F("due_at") - timedelta(hours=1))
        assert redispatcher.run_once() == 0

    def test_the_longer_a_job_is_due_the_longer_its_message_is_given(self, make_job):
        job = make_job()
        sent_seconds_ago(job, 60)
        WorkflowJob.objects.filter(id=job.id).update(due_at=F("due_at") - timedelta(hours=1))
        assert redispatcher.run_once() == 0

    def test_a_job_whose_message_was_pruned_is_sent_again(self, make_job):
        job = make_job()
        sent_seconds_ago(job, 31)
        OutboxMessage.objects.all().delete()
        assert redispatcher.run_once() == 1


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


def test_the_real_publisher_says_when_the_broker_is_away():
    with pytest.raises(BrokerUnavailable):
        Publisher("amqp://guest:guest@127.0.0.1:1//").connect()
