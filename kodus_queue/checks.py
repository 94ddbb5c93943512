"""System checks of the whole: what is fine on a laptop and refused where others can reach it.

"Reachable" means that KODUS_ALLOWED_HOSTS names more than this machine. `migrate`, which `make up` runs first, stops
on any error here.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name for it

LOOPBACK = frozenset({"127.0.0.1", "localhost", ".localhost", "::1", "[::1]"})
LEAST_KEY_LENGTH = 32


def check_secret_key(**_: Any) -> list[CheckMessage]:
    """E001: sessions signed with a key anybody can know or guess."""
    known = settings.SECRET_KEY.startswith("insecure-") or len(settings.SECRET_KEY) < LEAST_KEY_LENGTH
    if not known or not _reachable():
        return []
    hint = "Set KODUS_SECRET_KEY (or KODUS_SECRET_KEY_FILE); make one with: openssl rand -base64 48"
    text = f"The service answers to {_reachable()[0]!r}, and its secret key is known or shorter than 32 characters."
    return [Error(text, hint=hint, id="kodus_queue.E001")]


def check_debug(**_: Any) -> list[CheckMessage]:
    """E002: debug pages, which show settings and code, where others can see them."""
    if not settings.DEBUG or not _reachable():
        return []
    hint = "Leave KODUS_DEBUG off, or KODUS_ALLOWED_HOSTS at this machine's own names."
    return [
        Error(f"KODUS_DEBUG is on and the service answers to {_reachable()[0]!r}.", hint=hint, id="kodus_queue.E002")
    ]


def check_github(**_: Any) -> list[CheckMessage]:
    """E003: the token would travel unencrypted. W001: no token, so nothing can be read or posted."""
    found: list[CheckMessage] = [
        Error(
            f"{name} is {url!r}: the token would travel unencrypted.",
            hint="Use https; http is for this machine's own addresses.",
            id="kodus_queue.E003",
        )
        for name, url in _github_urls().items()
        if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK
    ]
    if settings.GITHUB_ENABLED and not settings.GITHUB_TOKEN:
        hint = "Set KODUS_GITHUB_TOKEN (or KODUS_GITHUB_TOKEN_FILE), or WORKFLOW_QUEUE_GITHUB_ENABLED=false."
        text = "No GitHub token is set: private pull requests cannot be read and no review can be posted."
        found.append(Warning(text, hint=hint, id="kodus_queue.W001"))
    return found


def _reachable() -> list[str]:
    """The names beyond this machine that the service answers to."""
    return [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]


def _github_urls() -> dict[str, str]:
    return {"KODUS_GITHUB_API_URL": settings.GITHUB_API_URL, "KODUS_GITHUB_GIT_URL": settings.GITHUB_GIT_URL}
