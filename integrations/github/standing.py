"""How our credential stands with GitHub: what a token may do and until when, and where an App is installed. Pure.

Asking costs nothing: neither call counts against the limits of what reviews use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

from integrations.github.answers import Answer
from integrations.github.shapes import optional, required, required_id

_LEVELS = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class TokenStanding:
    """`scopes` is None for a token that has none, such as a fine-grained one: GitHub does not tell what it may do."""

    limit: int
    remaining: int
    scopes: frozenset[str] | None
    expires: str  # in GitHub's words; "" when it does not say
    answered_at: datetime | None  # by GitHub's clock, to the second

    @classmethod
    def from_answer(cls, answer: Answer) -> Self:
        payload, scopes = answer.payload(), answer.headers.get("x-oauth-scopes")
        named = None if scopes is None else frozenset(filter(None, (scope.strip() for scope in scopes.split(","))))
        return cls(
            limit=required(payload, "resources.core.limit", int),
            remaining=required(payload, "resources.core.remaining", int),
            scopes=named,
            expires=answer.headers.get("github-authentication-token-expiration", ""),
            answered_at=_date(answer),
        )


@dataclass(frozen=True, slots=True)
class Installation:
    """The App on one account's repositories."""

    id: int
    account: str
    permissions: Mapping[str, str]
    events: frozenset[str]
    is_suspended: bool

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        return cls(
            id=required_id(payload, "id"),
            account=optional(payload, "account.login", str, ""),
            permissions=required(payload, "permissions", dict),
            events=frozenset(map(str, optional(payload, "events", list, []))),
            is_suspended=optional(payload, "suspended_at", str, None) is not None,
        )

    def lacks(self, needed: Mapping[str, str]) -> list[str]:
        """What it was not granted of this, as "checks: write"."""
        return [f"{name}: {level}" for name, level in sorted(needed.items()) if not self._covers(name, level)]

    def _covers(self, name: str, level: str) -> bool:
        granted = self.permissions.get(name)
        return granted in _LEVELS and _LEVELS.index(granted) >= _LEVELS.index(level)


def _date(answer: Answer) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
