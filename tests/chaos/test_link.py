"""What passes a link, what it holds and slows, what it refuses and resets, and how its process ends."""

import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from chaos.links.link import Link, LinkEnded
from tests.chaos.wire import (
    ANSWER_SECONDS,
    Wire,
    hears,
    is_reset,
    passes,
    received,
    reset,
    send_until_held_up,
    towards,
)
from tests.processes import ROOT
from tests.services import accepts, free_port, wait_until

MORE_THAN_BUFFERS_HOLD = bytes(range(256)) * 200_000
#: Offset of tcpi_data_segs_in in Linux's struct tcp_info.
DATA_SEGMENTS_IN = 152
CAMPAIGN = """
import sys
from chaos.links.link import Link
with Link(int(sys.argv[1])) as link:
    print(link.port, flush=True)
    sys.stdin.read()
"""

directions = pytest.mark.parametrize("direction", ["upstream", "downstream"])
SLOW = {
    "delay": lambda link: link.delay(0.05, 0.05),
    "slice": lambda link: link.slice(),
    "throttle": lambda link: link.throttle(5_000),
}


def listen_to(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as client:
        return client.recv(1)


def arrivals(wire: Wire) -> list[int]:
    """The order in which what several clients sent comes out of a link with jitter that has read it all at once."""
    ends = [wire.ends() for _ in range(4)]
    wire.link.silence()
    for client, _ in ends:
        client.sendall(b"x")
    order: list[int] = []
    with selectors.DefaultSelector() as selector:
        for number, (_, server) in enumerate(ends):
            selector.register(server, selectors.EVENT_READ, number)
        wire.link.delay(0, jitter_seconds=0.3)
        while selector.get_map():
            for key, _ in selector.select(ANSWER_SECONDS):
                order.append(key.data)
                selector.unregister(key.fileobj)
    return order


def data_segments_in(end: socket.socket) -> int:
    facts = end.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return int(struct.unpack_from("I", facts, DATA_SEGMENTS_IN)[0])


class TestPassing:
    @directions
    def test_a_sender_is_held_up_until_the_receiver_reads_and_no_byte_is_lost(self, wire, direction):
        sender, receiver = towards(direction, wire.ends())
        sent = send_until_held_up(sender, MORE_THAN_BUFFERS_HOLD)
        assert 0 < len(sent) < len(MORE_THAN_BUFFERS_HOLD)
        sender.shutdown(socket.SHUT_WR)
        assert received(receiver, len(sent) + 1) == sent

    @directions
    def test_half_a_close_leaves_the_other_half_open(self, wire, link, direction):
        sender, receiver = towards(direction, wire.ends())
        sender.shutdown(socket.SHUT_WR)
        assert receiver.recv(1) == b""
        assert passes(receiver, sender)
        receiver.shutdown(socket.SHUT_WR)
        assert sender.recv(1) == b""
        wait_until(lambda: link.connections() == 0, seconds=10, what="the end of the connection")

    @directions
    def test_a_reset_is_passed_on_as_a_reset(self, wire, direction):
        sender, receiver = towards(direction, wire.ends())
        reset(sender)
        assert is_reset(receiver)

    def test_a_client_of_a_server_that_is_down_is_reset(self):
        with Link(free_port()) as link:
            with pytest.raises(ConnectionResetError):
                listen_to(link.port)
            assert link.connections() == 0

    def test_a_thousand_connections_leave_nothing_behind(self, wire, link):
        before = wire.process.num_fds()
        for number in range(1000):
            ends = wire.ends()
            first, last = towards("upstream" if number % 2 else "downstream", ends)
            (reset if number % 3 else socket.socket.close)(first)
            last.close()
        wait_until(lambda: link.connections() == 0, seconds=10, what="the end of the connections")
        assert wire.process.num_fds() == before


class TestRefusing:
    def test_new_connections_are_refused_and_those_there_are_pass(self, wire, link):
        ends = wire.ends()
        link.refuse()
        with pytest.raises(ConnectionRefusedError):
            wire.connect()
        assert passes(*ends)

    def test_nobody_else_gets_the_port_meanwhile(self, link):
        link.refuse()
        with pytest.raises(OSError, match="in use"):
            socket.create_server(("127.0.0.1", link.port))

    def test_the_port_is_the_same_afterwards(self, wire, link):
        for _ in range(3):
            link.refuse()
            assert not accepts(link.port)
            link.restore()
        assert passes(*wire.ends())


class TestResetting:
    def test_both_sides_of_every_connection_see_it_and_the_next_one_passes(self, wire, link):
        ends = (*wire.ends(), *wire.ends())
        link.reset()
        assert [is_reset(end) for end in ends] == [True] * 4
        assert passes(*wire.ends())

    def test_clients_that_the_link_had_not_noticed_yet_are_reset_too(self, wire, link):
        wire.process.suspend()
        clients = [wire.connect() for _ in range(5)]
        wire.process.resume()
        link.reset()
        assert [is_reset(client) for client in clients] == [True] * 5

    def test_what_was_wrong_before_stays_wrong(self, wire, link):
        link.silence()
        link.reset()
        wire.connect()
        assert not hears(wire.upstream)


class TestHolding:
    def test_in_silence_nothing_passes_and_everything_stays_open(self, wire, link):
        client, server = wire.ends()
        link.silence()
        client.sendall(b"question")
        server.sendall(b"answer")
        assert not hears(client, server)
        assert link.connections() == 1

    def test_after_silence_what_was_held_comes_first(self, wire, link):
        client, server = wire.ends()
        link.silence()
        client.sendall(b"held ")
        link.restore()
        client.sendall(b"fresh")
        assert received(server, 10) == b"held fresh"

    def test_silence_holds_what_the_link_has_read_already(self, wire, link):
        client, server = wire.ends()
        link.delay(3600)
        client.sendall(b"read")
        assert not hears(server)
        link.silence()
        assert not hears(server)
        link.restore()
        assert received(server, 4) == b"read"

    def test_a_new_connection_is_accepted_in_silence_and_meets_the_server_later(self, wire, link):
        link.silence()
        client = wire.connect()
        client.sendall(b"hello")
        assert link.connections() == 1
        assert not hears(wire.upstream, client)
        link.restore()
        assert received(wire.accept(), 5) == b"hello"

    @directions
    def test_one_way_holds_one_direction_and_the_other_passes(self, wire, link, direction):
        sender, receiver = towards(direction, wire.ends())
        link.one_way(direction)
        sender.sendall(b"held")
        assert passes(receiver, sender)
        assert not hears(receiver)
        link.restore()
        assert received(receiver, 4) == b"held"


class TestSlowing:
    @directions
    @pytest.mark.parametrize("verb", SLOW)
    def test_every_byte_arrives_in_order_and_then_the_end(self, wire, link, verb, direction):
        sender, receiver = towards(direction, wire.ends())
        SLOW[verb](link)
        for number in range(100):
            sender.sendall(b"%09d\n" % number)
        sender.shutdown(socket.SHUT_WR)
        assert received(receiver, 10_000) == b"".join(b"%09d\n" % number for number in range(100))

    def test_a_delay_is_waited_for_in_each_direction(self, wire, link):
        client, server = wire.ends()
        link.delay(0.1)
        since = time.monotonic()
        assert passes(client, server)
        assert passes(server, client)
        assert time.monotonic() - since >= 0.2

    def test_restoring_ends_a_delay_that_has_begun(self, wire, link):
        client, server = wire.ends()
        link.delay(3600)
        client.sendall(b"late")
        assert not hears(server)
        link.restore()
        assert received(server, 4) == b"late"

    def test_the_same_seed_gives_the_same_jitter(self):
        with ExitStack() as stack:
            one, same, other = (arrivals(Wire(stack, seed=seed)) for seed in (3, 3, 26))
        assert one == same != other

    def test_slices_are_segments_of_their_own(self, wire, link):
        client, server = wire.ends()
        link.slice()
        assert passes(client, server, b"x" * 100)
        assert data_segments_in(server) >= 10  # the system may join those that wait for a slow receiver

    def test_many_small_writes_pass_a_throttle_no_faster(self, wire, link):
        client, server = wire.ends()
        link.throttle(2_000)
        since = time.monotonic()
        for _ in range(10):
            client.sendall(b"x" * 100)
            link.connections()
        received(server, 1_000)
        assert time.monotonic() - since >= 0.4


class TestItsProcess:
    def test_it_ends_with_the_block(self, wire):
        with Link(wire.upstream.getsockname()[1]) as link:
            assert accepts(link.port)
        assert not accepts(link.port)

    def test_after_sigterm_the_next_verb_says_that_it_ended(self, link):
        link._process.terminate()
        assert link._process.wait(timeout=10) == -signal.SIGTERM
        with pytest.raises(LinkEnded):
            link.silence()

    def test_it_ends_when_the_campaign_is_killed(self, wire):
        command = [sys.executable, "-c", CAMPAIGN, str(wire.upstream.getsockname()[1])]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout
            port = int(process.stdout.readline())
            assert accepts(port)
            process.kill()
        wait_until(lambda: not accepts(port), seconds=10, what="the end of the link")
