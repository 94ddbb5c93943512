"""The headers GitHub sends with a delivery. Pure.

The signature does not cover them: whoever replays a signed body may write what they like here. So the event is held
against the body's shape (routing.py), and a body that came before is known by its hash (intake.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from webhooks.errors import HeaderInvalid
from webhooks.fields import MAX_ID, clean

KEPT = (
    "X-GitHub-Event",
    "X-GitHub-Delivery",
    "X-GitHub-Hook-ID",
    "X-GitHub-Hook-Installation-Target-ID",
    "X-GitHub-Hook-Installation-Target-Type",
    "X-GitHub-Enterprise-Host",
    "X-GitHub-Enterprise-Version",
)
MAX_KEPT = 200

_EVENT = re.compile(r"[a-z0-9_]{1,64}")
_DELIVERY = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGITS = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class DeliveryHeaders:
    """`hook_id` is 0 when it was not sent. `kept` is what is stored for people to look at."""

    event: str
    delivery_id: UUID
    hook_id: int
    kept: dict[str, str]

    @classmethod
    def parse(cls, headers: Mapping[str, str]) -> Self:
        """HeaderInvalid names the header."""
        return cls(
            event=_matching(headers, "X-GitHub-Event", _EVENT),
            delivery_id=UUID(_matching(headers, "X-GitHub-Delivery", _DELIVERY)),
            hook_id=_hook_id(headers),
            kept={name: clean(headers[name])[:MAX_KEPT] for name in KEPT if name in headers},
        )


def _matching(headers: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    value = headers.get(name, "")
    if not form.fullmatch(value):
        raise HeaderInvalid(f"{name} is {'malformed' if value else 'missing'}.")
    return value


def _hook_id(headers: Mapping[str, str]) -> int:
    if "X-GitHub-Hook-ID" not in headers:
        return 0
    number = int(_matching(headers, "X-GitHub-Hook-ID", _DIGITS))
    if number > MAX_ID:
        raise HeaderInvalid("X-GitHub-Hook-ID is too large.")
    return number
