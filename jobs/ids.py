"""UUIDv7 (RFC 9562): random ids that sort by time, so that new rows stay together in the index."""

import os
import time
from datetime import UTC, datetime
from uuid import UUID

_RANDOM_BITS = 74


def first_of(instant: datetime) -> UUID:
    """The lowest id that is made from this instant on: what has ids is found by its age without another index."""
    milliseconds = int(instant.timestamp() * 1000)
    return UUID(int=(milliseconds & ((1 << 48) - 1)) << 80)


def instant_of(made: UUID) -> datetime:
    """When the id was made."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def as_uuid(text: str) -> UUID | None:
    """None for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        return None


def uuid7() -> UUID:
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big") & ((1 << _RANDOM_BITS) - 1)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=(milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
