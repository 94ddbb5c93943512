"""What can go wrong with GitHub, named after what happened.

`permanent` says that trying again cannot help; `retry_after` says in how many seconds it may. A read that failed may
simply be read again. A write is different: `OutcomeUnknown` means it may have been applied, so look before writing.

Some errors tell about GitHub as a whole, not about one request: their `gate` names what had better be closed to all
for a while. A rate limit closes the gate of the bearer it met, a failing server that of the host.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Gates:
    """The names of the gates at one host with one credential."""

    host: str = "github"
    credential: str = "github:token"


DEFAULT_GATES = Gates()


class GitHubError(Exception):
    """GitHub did not do what was asked."""

    permanent: ClassVar[bool] = False
    retry_after: float | None = None

    def __init__(self, detail: str = "") -> None:
        summary = (self.__doc__ or "").partition("\n")[0]
        super().__init__(f"{summary} {detail}".strip())
        self.detail = detail


class RequestRefused(GitHubError):
    """GitHub refused the request; sent again it would be refused again."""

    permanent = True


class CredentialsRefused(RequestRefused):
    """GitHub does not accept the token."""


class Forbidden(RequestRefused):
    """The token lacks the permission for this."""


class NotFound(RequestRefused):
    """There is no such thing on GitHub, or the token may not see it."""


class ValidationFailed(RequestRefused):
    """GitHub found the request invalid and applied none of it."""

    def __init__(self, detail: str = "", *, errors: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.errors = errors


class AppNotInstalled(RequestRefused):
    """The GitHub App is not installed on this repository."""


class InstallationSuspended(RequestRefused):
    """The installation of the GitHub App is suspended."""


class TokenNotGranted(RequestRefused):
    """The installation of the GitHub App does not include this repository, or was not granted what reviews need."""


class RedirectRefused(RequestRefused):
    """GitHub pointed to another host, or in circles; redirects are followed on the same host only."""


class PrivateKeyUnreadable(GitHubError):
    """The GitHub App's private key is no RSA key in PEM form without a passphrase."""

    permanent = True


class NewTokenRefused(GitHubError):
    """GitHub does not accept a token that it has just made."""


class PayloadShapeUnexpected(GitHubError):
    """An answer or event of GitHub lacks a field we need, or has it in another type."""

    permanent = True


class AnswerTooLarge(GitHubError):
    """The answer is larger than we accept."""

    permanent = True


class RateLimited(GitHubError):
    """GitHub asks us to wait.

    `used_up`: nothing remains of the limit, and no request at all is answered until then.
    """

    #: Waiting for a limit to reset is no failure: the engine charges no retry for it.
    rate_limited: ClassVar[bool] = True

    def __init__(
        self, detail: str = "", *, retry_after: float, gate: str = DEFAULT_GATES.credential, used_up: bool = False
    ) -> None:
        super().__init__(detail)
        self.retry_after: float = retry_after
        self.used_up = used_up
        self.gate = gate


class GitHubUnavailable(GitHubError):
    """GitHub could not be reached or failed; nothing was changed by this request."""

    def __init__(self, detail: str = "", *, gate: str = DEFAULT_GATES.host) -> None:
        super().__init__(detail)
        self.gate = gate


class OutcomeUnknown(GitHubError):
    """The write was sent and no usable answer came: it may have been applied. Look before writing again."""

    def __init__(self, detail: str = "", *, gate: str = DEFAULT_GATES.host) -> None:
        super().__init__(detail)
        self.gate = gate
