"""Acting as a GitHub App: it signs for itself, and gets a token for each repository from the installation there.

    the App    ▸  which installation has the repository      GET /repos/OWNER/NAME/installation
               ▸  a token for that repository, and its use   POST /app/installations/ID/access_tokens
               ▸  what failed of its own webhook             /app/hook/…
    the token  ▸  everything else about the repository, and git
               ▸  given back when the process ends           DELETE /installation/token

GitHub's tokens last an hour. They are kept in this process and nowhere else, and made anew in good time; one that is
refused is thrown away. https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import httpx
import jwt
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from integrations.github.connection import Connection
from integrations.github.credentials import Bearer
from integrations.github.errors import (
    AppNotInstalled,
    Forbidden,
    GitHubError,
    GitHubUnavailable,
    InstallationSuspended,
    NotFound,
    OutcomeUnknown,
    PrivateKeyUnreadable,
    TokenNotGranted,
    ValidationFailed,
)
from integrations.github.paths import repository_path
from integrations.github.shapes import required, required_id, required_instant

#: Closed by the limits of what the App asks for itself; each installation has limits and a gate of its own.
GATE = "github:app"
#: A git fetch may wait 500 s for another one to end, and only then shows its token.
RENEWED_BEFORE = timedelta(minutes=10)
# GitHub's clock may be behind ours: signed a little earlier than now, for less than the ten minutes it takes at most.
_SIGNED_AGO = timedelta(seconds=60)
_SIGNED_FOR = timedelta(minutes=9)

_OF_THE_APP = re.compile(r"/app/.+|/repos/[^/]+/[^/]+/installation")
_OF_A_REPOSITORY = re.compile(r"/repos/([^/]+/[^/]+)/.+")
# What a refusal means to somebody who asked for a token. One that was made and never came does no harm.
_MEANING: dict[type[GitHubError], type[GitHubError]] = {
    NotFound: AppNotInstalled,
    Forbidden: InstallationSuspended,
    ValidationFailed: TokenNotGranted,
    OutcomeUnknown: GitHubUnavailable,
}

log = structlog.get_logger(__name__)


class Use(Enum):
    """What a token is for, and so what it may do."""

    REVIEWING = {"checks": "write", "metadata": "read", "pull_requests": "write"}
    FETCHING = {"contents": "read", "metadata": "read"}


@dataclass(frozen=True, slots=True)
class InstallationToken:
    value: str = field(repr=False)
    installation_id: int
    expires_at: datetime

    @property
    def bearer(self) -> Bearer:
        return Bearer(self.value, installation_gate(self.installation_id))


class App:
    """The credential of a GitHub App at `base_url`, and the tokens it has. Threads may share it.

    `app_id` is the App's ID or client ID, `private_key` PEM as GitHub gives it: PrivateKeyUnreadable otherwise.
    """

    def __init__(
        self,
        base_url: str,
        app_id: str,
        private_key: str,
        *,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._app_id = app_id
        self._key = signing_key(private_key)
        self._now = now
        self._connection = Connection(base_url, self, transport=transport)
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, Use], InstallationToken] = {}

    def __repr__(self) -> str:
        return f"App({self._app_id!r})"

    def bearer_for(self, path: str) -> Bearer:
        if _OF_THE_APP.fullmatch(path):
            return Bearer(self._signed(), GATE)
        return self._token(_repository_in(path), Use.REVIEWING).bearer

    def renewed(self, path: str, refused: Bearer) -> Bearer | None:
        """Nothing when it was the App itself that was refused: another signature would be as good."""
        if _OF_THE_APP.fullmatch(path):
            return None
        repository = _repository_in(path)
        with self._lock:
            token = self._tokens.get((repository, Use.REVIEWING))
            if token and token.bearer == refused:  # else somebody was faster
                for use in Use:
                    self._tokens.pop((repository, use), None)
        return self._token(repository, Use.REVIEWING).bearer

    def git_token(self, repository: str) -> str:
        """The token by which git may read "octo/app", and nothing else; it is good for at least ten minutes."""
        return self._token(repository, Use.FETCHING).value

    def revoke_tokens(self, *, within_seconds: float) -> None:
        """Give back every token. What is not done in time is left to expire."""
        thread = threading.Thread(target=self._revoke_tokens, daemon=True)
        thread.start()
        thread.join(within_seconds)

    def _token(self, repository: str, use: Use) -> InstallationToken:
        with self._lock:  # of several who need it, one asks
            token = self._tokens.get((repository, use))
            if token is None or token.expires_at - RENEWED_BEFORE <= self._now():
                token = self._tokens[repository, use] = self._make_token(repository, use)
            return token

    def _make_token(self, repository: str, use: Use) -> InstallationToken:
        with _told_of_the_installation():
            # Sent once: a read that needs the token is tried again as a whole.
            installation = self._connection.send("GET", f"{repository_path(repository)}/installation")
            installation_id = required_id(installation.payload(), "id")
            token = self._connection.write(
                "POST",
                f"/app/installations/{installation_id:d}/access_tokens",
                {"repositories": [repository.partition("/")[2]], "permissions": use.value},
                lambda payload: _read_token(payload, installation_id),
            )
        log.info("github.token_made", repository=repository, use=use.name, installation_id=installation_id)
        return token

    def _revoke_tokens(self) -> None:
        with self._lock:
            tokens = list(self._tokens.values())
            self._tokens.clear()
        for token in tokens:
            if token.expires_at > self._now():
                self._revoke(token)

    def _revoke(self, token: InstallationToken) -> None:
        try:
            self._connection.send("DELETE", "/installation/token", bearer=token.bearer)
        except GitHubError as error:
            log.info("github.token_not_revoked", installation_id=token.installation_id, error=str(error))

    def _signed(self) -> str:
        now = self._now()
        claims = {"iat": now - _SIGNED_AGO, "exp": now + _SIGNED_FOR, "iss": self._app_id}
        return jwt.encode(claims, self._key, algorithm="RS256")


def installation_gate(installation_id: int) -> str:
    return f"github:installation:{installation_id}"


def signing_key(pem: str) -> RSAPrivateKey:
    """The key an App signs with; PrivateKeyUnreadable says nothing of what was given instead."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise PrivateKeyUnreadable from None
    if not isinstance(key, RSAPrivateKey):
        raise PrivateKeyUnreadable
    return key


def _repository_in(path: str) -> str:
    found = _OF_A_REPOSITORY.fullmatch(path)
    if not found:
        raise Forbidden(f"An App acts on repositories where it is installed, and on app/hook; not on {path}.")
    return found[1]


@contextmanager
def _told_of_the_installation() -> Iterator[None]:
    try:
        yield
    except tuple(_MEANING) as error:
        raise _MEANING[type(error)](error.detail) from error


def _read_token(payload: Any, installation_id: int) -> InstallationToken:
    value, expires_at = required(payload, "token", str), required_instant(payload, "expires_at")
    return InstallationToken(value, installation_id, expires_at)
