"""A link with a test at both ends: it is the client in front and the server behind."""

import select
import socket
import struct
from contextlib import ExitStack, suppress

import psutil

from chaos.links.link import Link

ANSWER_SECONDS = 10
QUIET_SECONDS = 0.15
Ends = tuple[socket.socket, socket.socket]


class Wire:
    """A link, the listening server behind it, and what a test connected through it; all closed with the stack."""

    def __init__(self, stack: ExitStack, *, seed: int = 0) -> None:
        self._stack = stack
        self.upstream = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=200))
        self.upstream.settimeout(ANSWER_SECONDS)
        self.link = stack.enter_context(Link(self.upstream.getsockname()[1], seed=seed))
        self.process = psutil.Process(self.link._process.pid)

    def connect(self) -> socket.socket:
        return self._kept(socket.create_connection(("127.0.0.1", self.link.port), timeout=ANSWER_SECONDS))

    def accept(self) -> socket.socket:
        return self._kept(self.upstream.accept()[0])

    def ends(self) -> Ends:
        """The client and the server of a new connection."""
        return self.connect(), self.accept()

    def _kept(self, end: socket.socket) -> socket.socket:
        end.settimeout(ANSWER_SECONDS)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._stack.enter_context(end)


def towards(direction: str, ends: Ends) -> Ends:
    """The sender and the receiver of this direction."""
    return ends if direction == "upstream" else (ends[1], ends[0])


def received(end: socket.socket, count: int) -> bytes:
    """So many bytes; fewer when the connection ends before."""
    data = bytearray()
    while len(data) < count and (chunk := end.recv(count - len(data))):
        data += chunk
    return bytes(data)


def send_until_held_up(end: socket.socket, data: bytes) -> bytes:
    """What of the data could be sent before nothing went for a moment."""
    end.settimeout(QUIET_SECONDS)
    sent = 0
    with suppress(TimeoutError):
        while sent < len(data):
            sent += end.send(memoryview(data)[sent:])
    return data[:sent]


def passes(sender: socket.socket, receiver: socket.socket, data: bytes = b"ping") -> bool:
    sender.sendall(data)
    return received(receiver, len(data)) == data


def hears(*ends: socket.socket) -> bool:
    """Whether bytes, a connection or an end arrive; a short wait, as nothing tells that nothing will."""
    return bool(select.select(ends, [], [], QUIET_SECONDS)[0])


def is_reset(end: socket.socket) -> bool:
    """Whether a reset is what comes next."""
    try:
        end.recv(1)
    except ConnectionResetError:
        return True
    return False


def reset(end: socket.socket) -> None:
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()
