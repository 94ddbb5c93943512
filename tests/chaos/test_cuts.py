"""Connections that break in the middle: by count, at a pattern, and at what PostgreSQL and RabbitMQ are told."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
from kombu import Connection
from kombu.simple import SimpleQueue

from chaos.links.link import Link
from tests.chaos.wire import ANSWER_SECONDS, QUIET_SECONDS, hears, is_reset, passes, received, towards
from tests.services import wait_until

DATABASE_URL = os.environ["DATABASE_URL"]

directions = pytest.mark.parametrize("direction", ["upstream", "downstream"])
either_way = pytest.mark.parametrize("forward", [True, False], ids=["forwarded", "not forwarded"])


class TestAfterSoManyBytes:
    @directions
    def test_exactly_so_many_arrive_and_both_sides_see_a_reset(self, wire, link, direction):
        link.cut_after(10, direction)
        sender, receiver = towards(direction, wire.ends())
        assert passes(sender, receiver, b"12345678")
        assert passes(receiver, sender, b"not counted")
        sender.sendall(b"90 more")
        assert received(receiver, 2) == b"90"
        assert is_reset(receiver)
        assert is_reset(sender)

    def test_connections_there_are_pass_and_each_new_one_is_cut(self, wire, link):
        old = wire.ends()
        link.cut_after(4, "upstream")
        for _ in range(2):
            new = wire.ends()
            assert passes(*new)
            assert is_reset(new[0])
        assert passes(*old, b"more than four")


class TestAtAPattern:
    @directions
    def test_not_forwarded_it_never_arrives_and_both_sides_see_a_reset(self, wire, link, direction):
        sender, receiver = towards(direction, wire.ends())
        link.cut_at(b"COMMIT", direction, forward=False)
        sender.sendall(b"now COMMIT;")
        assert is_reset(sender)
        assert is_reset(receiver)

    @directions
    def test_forwarded_it_arrives_and_no_answer_comes(self, wire, link, direction):
        sender, receiver = towards(direction, wire.ends())
        link.cut_at(b"COMMIT", direction, forward=True)
        sender.sendall(b"now COMMIT;")
        assert is_reset(sender)
        assert received(receiver, 11) == b"now COMMIT;"
        assert not hears(receiver)
        receiver.sendall(b"done")
        assert is_reset(receiver)
        assert link.connections() == 0

    @either_way
    def test_it_may_straddle_two_reads(self, wire, link, forward):
        client, server = wire.ends()
        link.cut_at(b"COMMIT", "upstream", forward=forward)
        assert passes(client, server, b"now COMMI")
        client.sendall(b"T;")
        assert is_reset(client)
        assert received(server, 2) == b"T;" if forward else is_reset(server)

    def test_in_the_other_direction_or_in_part_it_passes(self, wire, link):
        client, server = wire.ends()
        link.cut_at(b"COMMIT", "upstream", forward=False)
        assert passes(server, client, b"COMMIT")
        assert passes(client, server, b"COMMI.T")

    def test_it_is_cut_at_once_only(self, wire, link):
        first, second = wire.ends(), wire.ends()
        link.cut_at(b"COMMIT", "upstream", forward=False)
        first[0].sendall(b"COMMIT")
        assert is_reset(first[0])
        assert passes(*second, b"COMMIT")
        assert passes(*wire.ends(), b"COMMIT")


class TestPostgreSQL:
    @pytest.fixture
    def direct(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(DATABASE_URL, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (number int)")
            yield connection
            connection.execute("DROP TABLE kept")

    @either_way
    def test_a_commit_that_fails_for_the_client_has_happened_if_it_was_forwarded(self, direct, forward):
        with Link(direct.info.port) as link, closing(psycopg.connect(DATABASE_URL, port=link.port)) as client:
            session = client.info.backend_pid
            client.execute("INSERT INTO kept VALUES (1)")
            link.cut_at(b"COMMIT", "upstream", forward=forward)
            with pytest.raises(psycopg.OperationalError):
                client.commit()
            wait_until(lambda: has_ended(session, direct), seconds=10, what="the end of the session")
        assert len(direct.execute("SELECT FROM kept").fetchall()) == forward


class TestRabbitMQ:
    @pytest.fixture
    def link(self, broker) -> Iterator[Link]:
        with Link(Connection(broker).port) as link:
            yield link

    @pytest.fixture
    def queue(self, broker) -> Iterator[SimpleQueue]:
        """It is read from without the link."""
        with Connection(broker) as connection:
            with connection.SimpleQueue("of-a-link") as queue:
                yield queue
            queue.queue.delete()

    @pytest.fixture
    def publish(self, broker, link, queue) -> Iterator[Callable[[], None]]:
        """Publishes one message through the link. TimeoutError when it is not confirmed."""
        through = Connection(broker).clone(port=link.port, transport_options={"confirm_publish": True})
        producer = through.Producer()
        producer.publish("dropped", routing_key="nowhere")  # asks for confirmations, and waits for the answer to that
        yield lambda: producer.publish("order", routing_key=queue.queue.name, confirm_timeout=QUIET_SECONDS)
        through.collect()

    def test_a_publish_into_silence_arrives_when_the_link_is_restored(self, link, queue, publish):
        link.silence()
        with pytest.raises(TimeoutError):
            publish()
        assert not arrives(queue, seconds=QUIET_SECONDS)
        link.restore()
        assert arrives(queue)

    def test_a_publish_into_silence_never_arrives_when_the_link_is_reset(self, link, queue, publish):
        link.silence()
        with pytest.raises(TimeoutError):
            publish()
        link.reset()
        link.restore()
        assert not arrives(queue, seconds=QUIET_SECONDS)

    def test_a_message_arrives_though_its_confirmation_is_held(self, link, queue, publish):
        link.one_way("downstream")
        with pytest.raises(TimeoutError):
            publish()
        assert arrives(queue)

    @either_way
    def test_a_publish_that_fails_for_the_client_has_happened_if_it_was_forwarded(self, link, queue, publish, forward):
        link.cut_at(b"order", "upstream", forward=forward)
        with pytest.raises(ConnectionResetError):
            publish()
        assert arrives(queue, seconds=ANSWER_SECONDS if forward else QUIET_SECONDS) == forward


def has_ended(session: int, direct: psycopg.Connection) -> bool:
    return not direct.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [session]).fetchall()


def arrives(queue: SimpleQueue, *, seconds: float = ANSWER_SECONDS) -> bool:
    try:
        return queue.get(timeout=seconds).payload == "order"
    except SimpleQueue.Empty:
        return False
