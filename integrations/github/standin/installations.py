"""The GitHub App that may be registered here: how it proves itself, where it is installed, what tokens it was given.

A caller is who sent a request: a person with the stand-in's own token, the App by a signature of its own, or one of
the tokens it was given, which may do what it was narrowed to, for an hour, while the installation is there.
"""

import secrets
import string
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt
from jwt.types import Options

from integrations.github.standin.http import Refused, not_found

LASTS = timedelta(hours=1)
LONGEST_SIGNATURE = timedelta(minutes=10)
GRANTED = {"checks": "write", "contents": "read", "issues": "read", "metadata": "read", "pull_requests": "write"}
SUSPENDED = "This installation has been suspended"
#: What a call may need instead of a permission ("checks:write").
APP, TOKEN = "the App itself", "a token of the App"
#: What a call needs that says by itself what it may not do: GraphQL's.
ANYBODY = "anybody but the App itself"

_LEVELS = ("read", "write", "admin")
_NO_SIGNATURE = "A JSON web token could not be decoded"


@dataclass(slots=True)
class Installation:
    """On all repositories of `owner`."""

    owner: str
    permissions: Mapping[str, str]
    suspended_at: datetime | None = None

    @property
    def id(self) -> int:
        return installation_id(self.owner)


@dataclass(frozen=True, slots=True)
class GivenToken:
    value: str
    installation: Installation
    repositories: frozenset[str]  # full names
    permissions: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    is_app: bool = False
    token: GivenToken | None = None

    def refuse_unless(self, needs: str, repository: str | None = None) -> None:
        """Refused as GitHub refuses whoever lacks what a call `needs`."""
        if needs == APP and not self.is_app:
            raise Refused(401, _NO_SIGNATURE)
        if self.is_app and needs != APP:
            raise Refused(401, "Bad credentials")
        if needs == TOKEN and not self.token:
            raise Refused(403, "Resource not accessible by personal access token")
        if self.token and needs != ANYBODY:
            _refuse_token(self.token, needs, repository)


@dataclass
class Installations:
    """A test may set the `clock`."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    app_id: str = ""
    public_key: str = ""
    by_owner: dict[str, Installation] = field(default_factory=dict)
    tokens: dict[str, GivenToken] = field(default_factory=dict)

    def register(self, app_id: str, public_key: str) -> None:
        """`public_key` is PEM, of the private key by which the App signs."""
        self.app_id, self.public_key = app_id, public_key

    def install(self, owner: str, *, permissions: Mapping[str, str] = GRANTED) -> Installation:
        self.by_owner[owner] = Installation(owner, permissions)
        return self.by_owner[owner]

    def uninstall(self, owner: str) -> None:
        gone = self.by_owner.pop(owner)
        self.tokens = {value: token for value, token in self.tokens.items() if token.installation is not gone}

    def suspend(self, owner: str) -> None:
        self.by_owner[owner].suspended_at = self.clock()

    def caller(self, credentials: str) -> Caller | None:
        """Who shows this; None for what is no token, or none any more."""
        token = self.tokens.get(credentials)
        if token:
            return Caller(token=token) if token.expires_at > self.clock() else None
        return Caller(is_app=True) if self._is_signed(credentials) else None

    def give_token(
        self, installation: Installation, repositories: frozenset[str], permissions: Mapping[str, str]
    ) -> GivenToken:
        if installation.suspended_at:
            raise Refused(403, SUSPENDED)
        if not all(_covers(installation.permissions, f"{name}:{level}") for name, level in permissions.items()):
            raise Refused(422, "The permissions requested are not granted to this installation.")
        value = "ghs_" + "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(36))
        expires_at = self.clock().replace(microsecond=0) + LASTS
        self.tokens[value] = GivenToken(value, installation, repositories, permissions, expires_at)
        return self.tokens[value]

    def revoke(self, token: GivenToken) -> None:
        del self.tokens[token.value]

    def _is_signed(self, credentials: str) -> bool:
        """By the App, no later than now, for ten minutes at most."""
        try:
            claims = jwt.decode(credentials, self.public_key, algorithms=["RS256"], options=_SIGNATURE_ALONE)
        except (jwt.InvalidTokenError, jwt.InvalidKeyError):
            return False
        now = self.clock().timestamp()
        in_time = claims["iat"] <= now < claims["exp"] <= now + LONGEST_SIGNATURE.total_seconds()
        return bool(in_time and claims["iss"] == self.app_id)


_SIGNATURE_ALONE: Options = {"require": ["iat", "exp", "iss"], "verify_iat": False, "verify_exp": False}


def installation_id(owner: str) -> int:
    """Of an App on this account, whether or not one is installed there."""
    return zlib.crc32(b"installation " + owner.encode()) + 1


def _refuse_token(token: GivenToken, needs: str, repository: str | None) -> None:
    if token.installation.suspended_at:
        raise Refused(403, SUSPENDED)
    if needs == TOKEN:
        return
    if repository not in token.repositories:
        raise not_found()
    if not _covers(token.permissions, needs):
        raise Refused(403, "Resource not accessible by integration")


def _covers(permissions: Mapping[str, str], needs: str) -> bool:
    name, _, level = needs.partition(":")
    granted = permissions.get(name)
    return granted is not None and _LEVELS.index(granted) >= _LEVELS.index(level)
