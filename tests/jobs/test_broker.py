"""The publisher and the consumer of foreign events against a real RabbitMQ."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection

from celeryconfig import EVENTS, dead_queue, events_queue, task_queues
from jobs.broker import Outgoing, Publisher
from jobs.foreign_events import EventConsumer, EventMalformed, ForeignEvent, consume
from jobs.inbox import process_once
from jobs.models import InboxMessage, WorkflowEvent
from tests.services import wait_until

QUEUE = "workflow.jobs.code_review"


def outgoing(number: int, destination: str = QUEUE) -> Outgoing:
    return Outgoing(number, destination, {"job_id": f"job-{number}", "dispatch": 1}, {"workflow_type": "CODE_REVIEW"})


@pytest.fixture
def publisher(broker, script) -> Iterator[Publisher]:
    publisher = Publisher(broker)
    publisher.connect()
    with Connection(broker) as connection:
        for queue in (*task_queues, events_queue, dead_queue):
            queue(connection.channel()).purge()
    yield publisher
    publisher.close()


def messages_in(broker: str, name: str) -> list[Any]:
    queue = next(queue for queue in (*task_queues, events_queue, dead_queue) if queue.name == name)
    with Connection(broker) as connection:
        bound, found = queue(connection.channel()), []
        while message := bound.get(no_ack=True):
            found.append(message)
        return found


def depth(broker: str, name: str) -> int:
    with Connection(broker) as connection:
        return int(connection.channel().queue_declare(name, passive=True).message_count)


def test_a_batch_is_taken_over_by_the_broker_in_order(broker, publisher):
    assert publisher.publish([outgoing(number) for number in range(50)]) == {}
    arrived = messages_in(broker, QUEUE)
    assert [json.loads(message.body)[0] for message in arrived] == [[f"job-{number}", 1] for number in range(50)]


def test_a_message_carries_the_time_limits_of_its_type(broker, publisher):
    publisher.publish([outgoing(1)])
    assert messages_in(broker, QUEUE)[0].headers["timelimit"] == [22 * 60, 20 * 60]


def test_a_message_holds_ids_and_nothing_else(broker, publisher):
    publisher.publish([outgoing(1)])
    args, kwargs, _embedded = json.loads(messages_in(broker, QUEUE)[0].body)
    assert (args, kwargs) == (["job-1", 1], {})


def test_what_no_queue_takes_is_refused_by_name_and_the_rest_is_sent(broker, publisher):
    refused = publisher.publish([outgoing(1), outgoing(2, "nowhere"), outgoing(3)])
    assert list(refused) == [2]
    assert "nowhere" in refused[2]
    assert len(messages_in(broker, QUEUE)) == 2


def test_after_the_broker_was_wiped_the_queues_are_declared_again(broker, publisher):
    with Connection(broker) as connection:
        connection.channel().queue_delete(QUEUE)
    assert list(publisher.publish([outgoing(1)])) == [1]
    assert publisher.publish([outgoing(1)]) == {}
    assert len(messages_in(broker, QUEUE)) == 1


GOOD = {"event_id": "e1", "type": "ast.completed", "scope": "octo", "key": "k", "payload": {"status": "completed"}}


@pytest.mark.django_db
class TestForeignEvents:
    def test_a_message_consumed_twice_emits_once(self):
        assert [consume(GOOD), consume(GOOD)] == [True, False]
        assert WorkflowEvent.objects.get().duplicates == 0

    @pytest.mark.parametrize(
        "body",
        [None, [], "x", {}, {**GOOD, "type": "ast.unknown"}, {**GOOD, "payload": 1}, {**GOOD, "event_id": ""}],
    )
    def test_what_is_not_an_event_is_refused(self, body):
        with pytest.raises(EventMalformed):
            ForeignEvent.parse(body)

    def test_an_effect_that_fails_leaves_the_message_unconsumed(self):
        def fail() -> None:
            raise RuntimeError

        with pytest.raises(RuntimeError):
            process_once(consumer="c", message_id="m", effect=fail)
        assert not InboxMessage.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_the_consumer_takes_good_ones_and_dead_letters_the_rest(self, broker, publisher):
        with Connection(broker) as connection:
            producer = connection.Producer()
            for body in ({"broken": True}, GOOD):
                producer.publish(body, exchange=EVENTS, routing_key="ast.completed", serializer="json")
            producer.publish("{", exchange=EVENTS, routing_key="x", content_type="application/json",
                             content_encoding="utf-8")  # fmt: skip
            consumer = EventConsumer(connection)
            for _ in consumer.consume(limit=3, timeout=10):
                pass
        assert WorkflowEvent.objects.get().event_id == "e1"
        assert messages_in(broker, events_queue.name) == []
        wait_until(lambda: depth(broker, dead_queue.name) == 2, seconds=10, what="two dead letters")
