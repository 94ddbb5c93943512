"""Each check on a real RabbitMQ: away, with an alarm, with queues deleted or declared otherwise, with dead letters."""

from collections.abc import Iterator

import pytest
from kombu import Connection, Queue

from celeryconfig import DEAD, EVENTS, JOBS, dead_queue, events_queue, task_queues
from jobs.broker import Publisher
from monitoring.doctor import broker as room
from monitoring.doctor.diagnosis import Diagnosis, State
from tests.services import RabbitMQ, free_port

REVIEW = "workflow.jobs.code_review"


@pytest.fixture
def channel(broker, settings) -> Iterator[Connection]:
    """A connection to the broker, which has all its queues, and nothing in them."""
    settings.BROKER_URL = broker
    publisher = Publisher(broker)
    publisher.connect()
    publisher.close()
    with Connection(broker) as connection:
        for queue in (*task_queues, events_queue, dead_queue):
            connection.channel().queue_purge(queue.name)
        yield connection


def by_name(found) -> dict[str, Diagnosis]:
    return {diagnosis.about: diagnosis for diagnosis in found}


def test_a_broker_that_is_there_is_named_and_takes_messages(channel):
    (found,) = room.examine()
    assert found.state == State.OK
    assert "RabbitMQ" in found.found
    assert "takes messages" in found.found


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_one_that_is_away_is_told_with_its_address_and_without_its_password(settings, scheme):
    port = free_port()
    settings.BROKER_URL = f"{scheme}://user:hunter2hunter2@127.0.0.1:{port}//"
    (found,) = room.examine()
    assert (found.state, "hunter2" in str(found), f"127.0.0.1:{port}" in found.found) == (State.FAIL, False, True)


@pytest.fixture
def own_broker(tmp_path, settings) -> Iterator[RabbitMQ]:
    tmp_path.chmod(0o755)
    server = RabbitMQ(tmp_path / "rabbitmq")
    settings.BROKER_URL = server.start()
    try:
        yield server
    finally:
        server.stop()


def test_an_alarm_is_noticed_though_the_broker_answers(own_broker):
    own_broker.control("set_vm_memory_high_watermark", "absolute", "1")
    (found,) = room.examine()
    assert found.state == State.FAIL
    assert "alarm" in found.found
    own_broker.control("set_vm_memory_high_watermark", "0.9")
    assert [found.state for found in room.examine()] == [State.OK]


def test_queues_as_they_are_declared_are_one_line(channel):
    (found,) = room.queues()
    assert (found.state, found.found.startswith("7 queues")) == (State.OK, True)


def test_a_queue_that_is_gone_is_named_and_not_made_again(channel):
    channel.channel().queue_delete(REVIEW)
    (found,) = room.queues()
    assert (found.about, found.state, "is not there" in found.found) == (REVIEW, State.FAIL, True)
    assert "restart dispatcher" in found.remedy
    assert len(room.queues()) == 1


def test_a_queue_that_was_declared_otherwise_is_told_apart(channel):
    channel.channel().queue_delete(REVIEW)
    Queue(REVIEW, durable=True, queue_arguments={"x-queue-type": "classic"})(channel.channel()).queue_declare()
    try:
        (found,) = room.queues()
        assert (found.about, "was declared otherwise" in found.found) == (REVIEW, True)
    finally:
        channel.channel().queue_delete(REVIEW)


@pytest.mark.parametrize("exchange", [JOBS, EVENTS, DEAD], ids=lambda exchange: exchange.name)
def test_an_exchange_that_is_gone_is_told(channel, exchange):
    channel.channel().exchange_delete(exchange.name)
    assert {found.state for found in room.queues()} == {State.FAIL}
    assert exchange.name in room.queues()[0].found


def test_a_queue_nobody_takes_from_is_told_with_what_waits_in_it(channel):
    channel.Producer().publish({}, exchange=JOBS.name, routing_key=REVIEW)
    found = by_name(room.consumers())
    assert {diagnosis.state for diagnosis in found.values()} == {State.FAIL}
    assert found[REVIEW].found == "nobody takes from it; 1 messages are ready"


def test_a_queue_somebody_takes_from_is_fine(channel):
    with channel.Consumer(Queue(REVIEW, no_declare=True), callbacks=[lambda *_: None]):
        found = by_name(room.consumers())
    assert (found[REVIEW].state, found[REVIEW].found) == (State.OK, "0 messages are ready, 1 take from it")


def test_dead_letters_are_counted(channel):
    assert [found.found for found in room.dead_letters()] == ["none"]
    channel.Producer().publish({}, exchange=DEAD.name, routing_key="x")
    (found,) = room.dead_letters()
    assert (found.state, found.found.startswith("1 messages were refused")) == (State.WARN, True)
    assert "purge_queue workflow.dead" in found.remedy
