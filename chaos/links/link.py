"""A TCP link that breaks on purpose: a port on 127.0.0.1 that forwards to another, in a process of its own.

    with Link(5432, seed=7) as link:
        connect(port=link.port)
        link.silence()

Directions are "upstream", from the client to the server, and "downstream". Each verb returns once it is in effect.
The first nine take the place of one another, the last two change nothing for what comes later.

| verb | what it does |
|---|---|
| `restore()` | everything passes, also what was held |
| `refuse()` | the port is closed; connections there are pass |
| `silence()` | nothing passes, either way; bytes are held, connections are accepted and stay open |
| `one_way(direction)` | nothing passes in this direction, as above; all passes in the other |
| `delay(seconds, jitter_seconds)` | each read passes after `seconds` to `seconds + jitter_seconds`, in order |
| `slice()` | bytes pass one by one, each sent by itself |
| `throttle(bytes_per_second)` | at most so many bytes pass, in each direction of each connection |
| `cut_after(byte_count, direction)` | each new connection is reset when so many bytes passed in this direction |
| `cut_at(pattern, direction, forward=…)` | the first connection with the pattern is reset, then everything passes |
| `reset()` | the connections there are, are reset |
| `connections()` | how many are open |

`cut_at` goes by reads: the one that completes the pattern passes whole with `forward`, and else not at all. With
`forward` the sender of the pattern is reset at once and the receiver when it answers: it has acted by then.

Opening a connection travels upstream: a client that connects while that is held meets the server afterwards. What a
link cannot show is a lost packet. The system acknowledges what the link holds, so keepalives and TCP_USER_TIMEOUT
notice nothing; and a side that closes while its bytes are held is heard of only when they pass.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from chaos.links.fault import Cut, Direction, Fault, fault_of
from chaos.links.proxy import BURST_SECONDS, Proxy

_CHECKOUT = Path(__file__).resolve().parents[2]


class LinkEnded(Exception):
    """The process of the link has ended; what it said is on the standard error output."""


class Link:
    """A link to a port on 127.0.0.1, for one thread. The same seed gives the same jitter, read by read."""

    port: int

    def __init__(self, upstream_port: int, *, seed: int = 0) -> None:
        self._command = [sys.executable, "-m", "chaos.links.link", str(upstream_port), "--seed", str(seed)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            cwd=_CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a Ctrl-C is for the campaign, which ends its links in order
        )
        self.port = self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # it ends when its input does

    def restore(self) -> None:
        self._tune(Fault())

    def refuse(self) -> None:
        self._tune(Fault(refused=True))

    def silence(self) -> None:
        self._tune(Fault(stalled=("upstream", "downstream")))

    def one_way(self, direction: Direction) -> None:
        self._tune(Fault(stalled=(direction,)))

    def delay(self, seconds: float, jitter_seconds: float = 0.0) -> None:
        self._tune(Fault(delay_seconds=seconds, jitter_seconds=jitter_seconds))

    def slice(self) -> None:
        self._tune(Fault(piece_bytes=1))

    def throttle(self, bytes_per_second: int) -> None:
        piece_bytes = max(1, int(bytes_per_second * BURST_SECONDS))
        self._tune(Fault(piece_bytes=piece_bytes, seconds_per_byte=1 / bytes_per_second))

    def cut_after(self, byte_count: int, direction: Direction) -> None:
        self._tune(Fault(cut=Cut(direction, after_bytes=byte_count)))

    def cut_at(self, pattern: bytes, direction: Direction, *, forward: bool) -> None:
        self._tune(Fault(cut=Cut(direction, pattern=pattern, forward=forward)))

    def reset(self) -> None:
        self._ask({"reset": True})

    def connections(self) -> int:
        return int(self._ask({"connections": True}))

    def _tune(self, fault: Fault) -> None:
        self._ask({"tune": asdict(fault)})

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(order, default=bytes.hex) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as exc:
            raise LinkEnded from exc
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise LinkEnded
        return json.loads(line)


async def serve(upstream_port: int, seed: int) -> None:
    """Forward, and follow the orders on the standard input, until it ends: so it does when the campaign dies."""
    proxy = Proxy(upstream_port, seed)
    orders = asyncio.StreamReader()
    await proxy.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    print(proxy.port, flush=True)
    while line := await orders.readline():
        print(json.dumps(follow(proxy, json.loads(line))), flush=True)


def follow(proxy: Proxy, order: dict[str, Any]) -> int | None:
    match order:
        case {"tune": fault}:
            proxy.tune(fault_of(fault))
        case {"reset": _}:
            proxy.reset()
        case {"connections": _}:
            return len(proxy.connections)
    return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("upstream_port", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(serve(options.upstream_port, options.seed))
