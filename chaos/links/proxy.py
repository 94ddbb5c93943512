"""The inside of a link's process: connections, the two flows of each, and the fault that decides what flows do.

Plain non-blocking sockets on asyncio's event loop. With no fault a read is one callback, one recv into a buffer that
all share, and one send. What cannot go on at once is held in its flow, in order, until the fault and the receiver
let it.

Map: `Proxy` the port · `Connection` a client and its server · `Flow` one direction of it.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from functools import partial
from random import Random

from chaos.links import sockets
from chaos.links.fault import Cut, Direction, Fault

#: A flow that holds this much reads no more, so its sender is held up in the end.
HELD_LIMIT_BYTES = 1024 * 1024
#: So far ahead of its rate a flow may run, which makes up for timers that are late.
BURST_SECONDS = 0.05

_READ = memoryview(bytearray(256 * 1024))


class Proxy:
    """A port on 127.0.0.1, and the connections that came through it."""

    def __init__(self, upstream_port: int, seed: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.upstream_port = upstream_port
        self.seed = seed
        self.connections: set[Connection] = set()
        self._accepted = 0
        self._listener: socket.socket | None = None
        self._reservation = sockets.bind(0)  # while there is no listener, nobody else gets the port
        self.port: int = self._reservation.getsockname()[1]
        self.tune(Fault())

    def tune(self, fault: Fault) -> None:
        """Take on a fault, in place of the one before."""
        self.fault = fault
        self._listen(not fault.refused)
        for connection in tuple(self.connections):
            connection.tune(Fault() if fault.spares_old_connections else fault)

    def reset(self) -> None:
        """End every connection."""
        for connection in tuple(self.connections):
            connection.reset()

    def _accept(self) -> None:
        """Take all who wait, so that whoever connected before an order is here when it is followed."""
        while self._listener:
            try:
                client, _ = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            self._accepted += 1
            connection = Connection(self, client, self._accepted)
            self.connections.add(connection)
            connection.tune(self.fault)

    def _listen(self, wanted: bool) -> None:
        if wanted and not self._listener:
            self._listener = sockets.listen(self.port)
            self.loop.add_reader(self._listener, self._accept)
        elif self._listener and not wanted:
            self.loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None


class Connection:
    """A client, and the server it is connected to as soon as something may travel upstream."""

    def __init__(self, proxy: Proxy, client: socket.socket, number: int) -> None:
        self.proxy = proxy
        self.number = number
        self._client = sockets.prompt(client)
        self._server: socket.socket | None = None
        self._sides = [self._client]  # those that are open
        self._flows: tuple[Flow, ...] = ()

    def tune(self, fault: Fault) -> None:
        self._fault = fault
        if not self._server and "upstream" not in fault.stalled:
            self._connect()
        for flow in self._flows:
            flow.tune(fault)

    def flow_ended(self) -> None:
        if all(flow.ended for flow in self._flows):
            self._end(socket.socket.close)

    def reset(self) -> None:
        """Both sides see a reset; what they were not sent yet is lost."""
        self._end(sockets.reset)

    def reset_sender(self, sender: socket.socket) -> None:
        """Reset this side now and the other one when it answers, so when it has acted on what it was sent."""
        for flow in self._flows:
            flow.stop()
        self._leave(sender, sockets.reset)
        for receiver in self._sides:
            self.proxy.loop.add_reader(receiver, self.reset)

    def _connect(self) -> None:
        self._server = sockets.connect(self.proxy.upstream_port)
        self._sides.append(self._server)
        self.proxy.loop.add_writer(self._server, self._connected, self._server)

    def _connected(self, server: socket.socket) -> None:
        self.proxy.loop.remove_writer(server)
        if sockets.has_failed(server):
            self.reset()
            return
        self._flows = (Flow(self, "upstream", self._client, server), Flow(self, "downstream", server, self._client))
        self.tune(self._fault)

    def _end(self, close: Callable[[socket.socket], None]) -> None:
        for flow in self._flows:
            flow.stop()
        for side in tuple(self._sides):
            self._leave(side, close)
        self.proxy.connections.discard(self)

    def _leave(self, side: socket.socket, close: Callable[[socket.socket], None]) -> None:
        self.proxy.loop.remove_reader(side)
        self.proxy.loop.remove_writer(side)
        close(side)
        self._sides.remove(side)


class Flow:
    """One direction of a connection: what `source` sends goes to `sink`, when and as far as the fault lets it."""

    def __init__(
        self, connection: Connection, direction: Direction, source: socket.socket, sink: socket.socket
    ) -> None:
        self.ended = False
        self._connection = connection
        self._loop = connection.proxy.loop
        self._direction = direction
        self._source = source
        self._sink = sink
        self._random = Random(f"{connection.proxy.seed} {connection.number} {direction}")  # noqa: S311 - jitter
        #: What was read and not sent yet, with the time it is due; the end of the stream is an empty piece.
        self._held: deque[tuple[float, memoryview]] = deque()
        self._held_bytes = 0
        self._finish: Callable[[], None] | None = None  # done once all that is held was sent; then nothing is read
        self._timer: asyncio.TimerHandle | None = None
        self._reading = self._blocked = False
        self._paid_until = 0.0

    def tune(self, fault: Fault) -> None:
        """Take on a fault; what is held is due at once."""
        self._fault = fault
        self._cut = fault.cut if fault.cut and fault.cut.direction == self._direction else None
        self._stalled = self._direction in fault.stalled
        self._delayed = bool(fault.delay_seconds or fault.jitter_seconds)
        self._passes = not (self._cut or self._stalled or self._delayed or fault.piece_bytes)
        self._carried_bytes, self._tail = 0, b""
        self._held = deque((0.0, data) for _, data in self._held)
        self._guarded(self._resume)

    def stop(self) -> None:
        self.ended = True
        self._reading = False
        self._stop_waiting()

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except BlockingIOError:
            return
        except OSError:  # one side is gone, so the other has to hear of it
            self._connection.reset()

    def _read(self) -> None:
        size = self._source.recv_into(_READ)
        data = _READ[:size]
        if size and self._passes and not self._held:
            data = data[self._send(data) :]
            if not data:
                return
        elif not size:
            self._finish = self._half_close
        elif self._cut:
            data = self._until_cut(data, self._cut)
        self._hold(data)
        self._release()

    def _until_cut(self, data: memoryview, cut: Cut) -> memoryview:
        """What of the data still passes. When the cut is here, `_finish` says how the connection ends."""
        if cut.after_bytes is not None:
            left = cut.after_bytes - self._carried_bytes
            self._carried_bytes += len(data)
            if len(data) >= left:
                self._finish = self._connection.reset
            return data[:left]
        seen = self._tail + bytes(data)
        if cut.pattern not in seen:
            self._tail = seen[max(0, len(seen) - len(cut.pattern) + 1) :]
            return data
        self._connection.proxy.tune(Fault())  # a pattern is cut at once only
        self._finish = partial(self._connection.reset_sender, self._source) if cut.forward else self._connection.reset
        return data if cut.forward else data[:0]

    def _hold(self, data: memoryview) -> None:
        due = 0.0
        if self._delayed:
            due = self._loop.time() + self._fault.delay_seconds + self._random.random() * self._fault.jitter_seconds
            due = max(due, self._held[-1][0] if self._held else 0.0)  # bytes do not overtake each other
        self._held.append((due, memoryview(bytes(data))))
        self._held_bytes += len(data)

    def _resume(self) -> None:
        """Go on after a wait, or with another fault."""
        self._stop_waiting()
        self._release()

    def _release(self) -> None:
        """Send what is held as far as fault and sink let it; then read on, or finish."""
        if self.ended:
            return
        while self._held and not (self._stalled or self._timer or self._blocked):
            self._send_piece()
        self._read_on(not (self._stalled or self._finish or self._held_bytes >= HELD_LIMIT_BYTES))
        if self._finish and not (self._held or self._stalled or self._timer):
            self.ended = True
            self._finish()

    def _send_piece(self) -> None:
        """Send a piece of the oldest read, or wait until it is due."""
        due, data = self._held[0]
        if due > self._loop.time():
            self._wait_until(due)
            return
        piece = data[: self._fault.piece_bytes]
        sent = self._send(piece)
        self._held_bytes -= sent
        self._held[0] = (due, data[sent:])
        if sent == len(data):
            self._held.popleft()
        if sent < len(piece):
            self._wait_for_sink()
        elif self._fault.piece_bytes:
            self._paid_until = max(self._paid_until, self._loop.time()) + sent * self._fault.seconds_per_byte
            self._wait_until(self._paid_until - BURST_SECONDS)

    def _send(self, data: memoryview) -> int:
        """How many bytes the sink takes now."""
        try:
            return self._sink.send(data)
        except BlockingIOError:
            return 0

    def _wait_until(self, when: float) -> None:
        self._timer = self._loop.call_at(when, self._guarded, self._resume)

    def _wait_for_sink(self) -> None:
        self._blocked = True
        self._loop.add_writer(self._sink, self._guarded, self._resume)

    def _stop_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._blocked:
            self._loop.remove_writer(self._sink)
            self._blocked = False

    def _read_on(self, wanted: bool) -> None:
        if wanted and not self._reading:
            self._loop.add_reader(self._source, self._guarded, self._read)
        elif self._reading and not wanted:
            self._loop.remove_reader(self._source)
        self._reading = wanted

    def _half_close(self) -> None:
        self._sink.shutdown(socket.SHUT_WR)
        self._connection.flow_ended()
