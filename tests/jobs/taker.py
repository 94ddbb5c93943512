"""A broker that does as it is told, for tests of the relay and of what meets it."""

from typing import Any

from jobs.broker import BrokerUnavailable, Outgoing, QueueDepth
from jobs.maintenance.relay import Relay


class Taker:
    """`room` messages fit into each queue."""

    def __init__(self, *, refuses: str = "", away: bool = False, breaks: bool = False, room: int = 1_000) -> None:
        self.refuses, self.away, self.breaks, self.room = refuses, away, breaks, room
        self.taken: list[Outgoing] = []

    def connect(self) -> None:
        if self.away:
            raise BrokerUnavailable

    def depth(self, _queue: str) -> QueueDepth:
        return QueueDepth(ready=len(self.taken) - self.room, consumers=-1)

    def publish(self, messages: list[Outgoing]) -> dict[int, str]:
        if self.breaks:
            raise BrokerUnavailable
        refused = {message.id: "no queue" for message in messages if message.body["job_id"] == self.refuses}
        self.taken += [message for message in messages if message.id not in refused]
        return refused


def relay(**options: Any) -> tuple[Relay, Taker]:
    broker = Taker(**options)
    return Relay(broker), broker  # type: ignore[arg-type]  # as far as the relay is concerned
