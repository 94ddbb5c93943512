"""The correlation id: one text that joins everything a delivery caused."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

from structlog.contextvars import bound_contextvars

_current: ContextVar[str] = ContextVar("correlation_id", default="")

MAX_LENGTH = 100


def current() -> str:
    """The bound id, or an empty text outside of any request or attempt."""
    return _current.get()


def new() -> str:
    return str(uuid4())


@contextmanager
def bind(correlation_id: str, **fields: object) -> Iterator[None]:
    """Bind the id, and any further log fields, for the duration of the block."""
    token = _current.set(correlation_id[:MAX_LENGTH])
    try:
        with bound_contextvars(correlation_id=current(), **fields):
            yield
    finally:
        _current.reset(token)
