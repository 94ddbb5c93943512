"""Reading one value out of a decoded payload: present, of its type, within bounds, or PayloadInvalid naming the path.

Only what is read is checked, and only what is read is cleaned: the body itself is stored as it came.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from webhooks.errors import PayloadInvalid

MAX_ID = 2**63 - 1
MAX_NUMBER = 2**31 - 1
MAX_TEXT = 255
MAX_COMMENT = 65_536

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FULL_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_MISSING = object()


def value_at(payload: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; PayloadInvalid names the first part that is not there."""
    value: Any = payload
    for depth, key in enumerate(path.split("."), start=1):
        value = value.get(key, _MISSING) if isinstance(value, Mapping) else _MISSING
        if value is _MISSING:
            raise PayloadInvalid(f"{'.'.join(path.split('.')[:depth])} is missing.")
    return value


def object_at(payload: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    value = value_at(payload, path)
    if not isinstance(value, Mapping):
        raise PayloadInvalid(f"{path} is not an object.")
    return value


def text_at(payload: Mapping[str, Any], path: str, *, limit: int = MAX_TEXT) -> str:
    """The text, cut to `limit` characters, without what PostgreSQL refuses to store."""
    value = value_at(payload, path)
    if not isinstance(value, str):
        raise PayloadInvalid(f"{path} is not a text.")
    return clean(value)[:limit]


def whole_at(payload: Mapping[str, Any], path: str, *, limit: int = MAX_ID) -> int:
    value = value_at(payload, path)
    if type(value) is not int or not 1 <= value <= limit:
        raise PayloadInvalid(f"{path} is not a whole number from 1 to {limit}.")
    return value


def flag_at(payload: Mapping[str, Any], path: str) -> bool:
    value = value_at(payload, path)
    if not isinstance(value, bool):
        raise PayloadInvalid(f"{path} is not true or false.")
    return value


def sha_at(payload: Mapping[str, Any], path: str) -> str:
    """A full object name: 40 hexadecimal digits, or 64."""
    value = value_at(payload, path)
    if not isinstance(value, str) or not _SHA.fullmatch(value):
        raise PayloadInvalid(f"{path} is not a full commit id.")
    return value


def full_name_at(payload: Mapping[str, Any], path: str) -> str:
    """`owner/name`, safe to put into an address."""
    value = value_at(payload, path)
    if not isinstance(value, str) or not _FULL_NAME.fullmatch(value) or {".", ".."} & set(value.split("/")):
        raise PayloadInvalid(f"{path} is not owner/name.")
    return value


def text_or_empty(payload: Mapping[str, Any], path: str) -> str:
    """As text_at, where the answer decides nothing and may be missing."""
    try:
        return text_at(payload, path)
    except PayloadInvalid:
        return ""


def whole_or_none(payload: Mapping[str, Any], path: str) -> int | None:
    """As whole_at, where the answer decides nothing and may be missing."""
    try:
        return whole_at(payload, path)
    except PayloadInvalid:
        return None


def time_or_none(payload: Mapping[str, Any], path: str) -> datetime | None:
    """A moment on GitHub's clock, which ticks in seconds; None where it is missing or no moment."""
    try:
        return datetime.fromisoformat(text_or_empty(payload, path)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def clean(text: str) -> str:
    """Without NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
