"""The relay's own rules against a broker that does as it is told; the real one is in test_broker.py."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import transitions
from jobs.broker import BrokerUnavailable, Publisher, QueueDepth
from jobs.maintenance.relay import Relay, _take
from jobs.maintenance.turns import Turns
from jobs.models import OutboxMessage, WorkflowJob
from tests.jobs.taker import Taker, relay

pytestmark = pytest.mark.django_db

QUEUE = "workflow.jobs.code_review"


def jobs_of(broker: Taker) -> list[str]:
    return [message.body["job_id"] for message in broker.taken]


def test_due_messages_are_published_in_order_and_marked_sent(make_job):
    (ours, broker), jobs = relay(), [make_job() for _ in range(3)]
    assert ours.run_once() == 3
    assert jobs_of(broker) == [str(job.id) for job in jobs]
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


def test_a_message_is_not_sent_before_its_time(make_job):
    make_job(delay=timedelta(hours=1))
    assert relay()[0].run_once() == 0


def test_while_the_broker_is_away_nothing_is_taken_and_no_try_is_counted(make_job):
    make_job()
    with pytest.raises(BrokerUnavailable):
        relay(away=True)[0].run_once()
    assert OutboxMessage.objects.get().attempts == 0


def test_what_the_broker_lost_in_the_middle_of_a_batch_is_due_again_at_once(make_job):
    make_job()
    with pytest.raises(BrokerUnavailable):
        relay(breaks=True)[0].run_once()
    assert relay()[0].run_once() == 1


def test_a_message_that_is_refused_does_not_keep_the_others_and_says_why(make_job):
    poison, good = make_job(), make_job()
    ours, broker = relay(refuses=str(poison.id))
    ours.run_once()
    assert jobs_of(broker) == [str(good.id)]
    message = OutboxMessage.objects.get(job=poison)
    assert (message.sent_at, message.last_error) == (None, "no queue")


def test_a_message_that_is_refused_again_and_again_is_tried_less_and_less_often(make_job):
    poison = make_job()
    pauses = []
    for _ in range(12):
        OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
        relay(refuses=str(poison.id))[0].run_once()
        pauses.append((OutboxMessage.objects.get().available_at - timezone.now()).total_seconds())
    assert pauses[0] < 3
    assert 290 < pauses[-1] <= 300


def test_what_a_relay_took_and_never_sent_is_taken_by_another_later(make_job):
    make_job()
    share = {(QUEUE, ""): 10}
    assert [len(_take(share)), len(_take(share))] == [1, 0]
    OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
    assert len(_take(share)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_relays_do_not_take_the_same_message(make_job):
    for _ in range(50):
        make_job()
    relays = [relay(room=1_000) for _ in range(2)]

    def run(ours: Relay) -> None:
        while ours.run_once():
            pass
        connection.close()

    threads = [threading.Thread(target=run, args=[ours]) for ours, _ in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [message.id for _, broker in relays for message in broker.taken]
    assert len(taken) == len(set(taken)) == 50


def test_no_more_is_announced_than_the_queue_has_room_for(make_job):
    for _ in range(5):
        make_job()
    ours, broker = relay(room=2)
    assert [ours.run_once(), ours.run_once()] == [2, 0]
    assert ours.is_full
    broker.room = 3
    assert ours.run_once() == 1


def test_a_backlog_of_one_organization_does_not_keep_another_waiting(make_job):
    for _ in range(30):
        make_job(organization="big")
    ours, broker = relay(room=2)
    ours.run_once()
    late = make_job(organization="small")
    broker.room = 3
    ours.run_once()
    assert jobs_of(broker)[-1] == str(late.id)


def test_organizations_take_turns(make_job):
    for name in ["a"] * 9 + ["b"] * 9 + ["c"] * 9:
        make_job(organization=name)
    ours, broker = relay(room=0)
    owners = dict(WorkflowJob.objects.values_list("id", "organization"))
    for broker.room in range(1, 10):
        ours.run_once()
    assert Counter(owners[row.id] for row in WorkflowJob.objects.filter(id__in=jobs_of(broker))) == Counter(
        a=3, b=3, c=3
    )


def test_a_queue_without_room_does_not_keep_the_other_queues_waiting(make_job):
    make_job()
    OutboxMessage.objects.update(destination="elsewhere")
    here = make_job()
    ours, broker = relay()
    ours._room.update({"elsewhere": 0})
    broker.depth = lambda queue: QueueDepth(0 if queue == QUEUE else 9, 0)  # type: ignore[method-assign]  # a fuller queue
    ours.run_once()
    assert jobs_of(broker) == [str(here.id)]


def test_the_message_of_a_job_that_was_claimed_or_withdrawn_is_gone(make_job):
    claimed, cancelled = make_job(), make_job()
    relay()[0].run_once()
    message = OutboxMessage.objects.get(job=claimed)
    transitions.claim(claimed.id, 1, owner="w1", lease_seconds=30)
    transitions.cancel(cancelled.id, actor="t", reason="r")
    assert not OutboxMessage.objects.exists()
    assert claimed.history.get(verb="claim").detail["message"] == message.id


def test_turns_serve_whoever_waited_longest_first():
    turns, room = Turns(), {"q": 1}
    waiting = [("q", "a"), ("q", "b"), ("q", "c")]
    served = [next(iter(turns.shares(waiting, room))) for _ in range(4)]
    assert served == [("q", "a"), ("q", "b"), ("q", "c"), ("q", "a")]
    assert turns.shares([*waiting, ("q", "new")], room) == {("q", "new"): 1}


def test_one_that_waits_alone_gets_all_the_room():
    assert Turns().shares([("q", "a")], {"q": 3}) == {("q", "a"): 3}


def test_without_room_nobody_gets_a_share():
    assert Turns().shares([("q", "a")], {"q": 0}) == {}


def test_the_real_publisher_says_when_the_broker_is_away():
    with pytest.raises(BrokerUnavailable):
        Publisher("amqp://guest:guest@127.0.0.1:1//").connect()
