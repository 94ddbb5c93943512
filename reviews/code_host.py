"""The client by which reviews talk to GitHub, and the gates a job passes that does."""

from functools import cache

from django.conf import settings

from integrations.github import app
from integrations.github.client import GitHub
from integrations.github.credentials import Credential
from integrations.github.errors import DEFAULT_GATES
from integrations.github.identity import our_app


def github() -> GitHub:
    return _client(settings.GITHUB_API_URL, our_app() or settings.GITHUB_TOKEN)


def gates_of(installation_id: int | None) -> tuple[str, ...]:
    """What a job passes that talks to GitHub about a repository of this installation, or about none.

    Beside the host itself these are the limits of the token, or those of the App and of its installation.
    """
    if our_app() is None:
        return (DEFAULT_GATES.host, DEFAULT_GATES.credential)
    of_the_app = (DEFAULT_GATES.host, app.GATE)
    return of_the_app if installation_id is None else (*of_the_app, app.installation_gate(installation_id))


@cache
def _client(base_url: str, credential: str | Credential) -> GitHub:
    """One per process: it keeps its connections open between calls."""
    return GitHub(base_url, credential)
