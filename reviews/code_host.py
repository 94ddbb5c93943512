"""The client by which reviews talk to GitHub."""

from functools import cache

from django.conf import settings

from integrations.github.client import GitHub
from integrations.github.errors import DEFAULT_GATES

#: What a job passes that talks to GitHub: the host itself, and the limits of our credential there.
GATES = (DEFAULT_GATES.host, DEFAULT_GATES.credential)


def github() -> GitHub:
    return _client(settings.GITHUB_API_URL, settings.GITHUB_TOKEN)


@cache
def _client(base_url: str, token: str) -> GitHub:
    """One per process: it keeps its connections open between calls."""
    return GitHub(base_url, token)
