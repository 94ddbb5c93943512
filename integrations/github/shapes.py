"""Reads JSON of GitHub leniently: unknown fields are ignored, a missing or mistyped one is named by its path. Pure.

Strict models of GitHub's payloads break on GitHub's own examples, so only what is used is looked at.
"""

import re
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from integrations.github.errors import PayloadShapeUnexpected

T = TypeVar("T")
Default = TypeVar("Default")

_FULL_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_ABSENT = object()
_MAX_ID = 2**63 - 1


def required(payload: Any, path: str, kind: type[T]) -> T:
    """The value at the dotted `path`; PayloadShapeUnexpected names the path when it is absent or of another type."""
    value = _at(payload, path)
    if value is _ABSENT or value is None:
        raise PayloadShapeUnexpected(f"{path} is missing.")
    if not _is_a(value, kind):
        raise PayloadShapeUnexpected(f"{path} is {type(value).__name__}, not {kind.__name__}.")
    return cast("T", value)


def optional(payload: Any, path: str, kind: type[T], default: Default) -> T | Default:
    """The value at `path`, or `default` when it is absent, null or of another type."""
    value = _at(payload, path)
    return cast("T", value) if _is_a(value, kind) else default


def required_sha(payload: Any, path: str) -> str:
    """A full commit id: it becomes an argument of git, so nothing else may pass."""
    value = required(payload, path, str)
    if not _FULL_SHA.fullmatch(value):
        raise PayloadShapeUnexpected(f"{path} is no full commit id.")
    return value


def required_id(payload: Any, path: str) -> int:
    """A number GitHub counts things by: from 1 on, in 64 bits."""
    value = required(payload, path, int)
    if not 1 <= value <= _MAX_ID:
        raise PayloadShapeUnexpected(f"{path} is no id.")
    return value


def optional_id(payload: Any, path: str) -> int | None:
    with suppress(PayloadShapeUnexpected):
        return required_id(payload, path)
    return None


def required_guid(payload: Any, path: str) -> UUID:
    """What GitHub names an event by in all its deliveries."""
    value = required(payload, path, str)
    with suppress(ValueError):
        return UUID(value)
    raise PayloadShapeUnexpected(f"{path} is no GUID.")


def required_instant(payload: Any, path: str) -> datetime:
    """An aware instant, which GitHub writes as ISO 8601."""
    value = required(payload, path, str)
    with suppress(ValueError):
        instant = datetime.fromisoformat(value)
        if instant.tzinfo:
            return instant
    raise PayloadShapeUnexpected(f"{path} is no instant.")


def _at(payload: Any, path: str) -> Any:
    value = payload
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return _ABSENT
        value = value[key]
    return value


def _is_a(value: Any, kind: type) -> bool:
    # A JSON boolean is no number, although Python's is.
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))
