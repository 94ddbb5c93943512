"""What a request to GitHub goes as: the bearer it shows, and the gate that its rate limits close.

A credential is asked before each request, because what it gives may expire. A plain token stands for itself; the
GitHub App of `app` has a bearer for each repository.
"""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Bearer:
    token: str = field(repr=False)
    gate: str


class Credential(Protocol):
    """Threads may share one."""

    def bearer_for(self, path: str) -> Bearer:
        """What a request for `path` goes as. Raises GitHubError when it has to be asked for and is not to be had."""

    def renewed(self, path: str, refused: Bearer) -> Bearer | None:
        """What to try instead after GitHub answered 401 to `refused`; None when there is nothing else."""


@dataclass(frozen=True, slots=True)
class PlainToken:
    """A token that somebody made on GitHub: the same for everything, until they revoke it."""

    bearer: Bearer

    def bearer_for(self, _path: str) -> Bearer:
        return self.bearer

    def renewed(self, _path: str, _refused: Bearer) -> Bearer | None:
        return None
