"""System checks of the whole: what is fine on a laptop and refused where others can reach it.

"Reachable" means that KODUS_ALLOWED_HOSTS names more than this machine. `migrate`, which `make up` runs first, stops
on any error here.
"""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name for it

from integrations.github.app import signing_key
from integrations.github.errors import PrivateKeyUnreadable

LOOPBACK = frozenset({"127.0.0.1", "localhost", ".localhost", "::1", "[::1]"})
LEAST_KEY_LENGTH = 32
APP_SETTINGS = ("KODUS_GITHUB_APP_ID", "KODUS_GITHUB_APP_PRIVATE_KEY")
APP_HOOK = "app/hook"


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
    """E003: a token would travel unencrypted. W001: no App and no token, so nothing can be read or posted."""
    found: list[CheckMessage] = [
        Error(
            f"{name} is {url!r}: the token would travel unencrypted.",
            hint="Use https; http is for this machine's own addresses.",
            id="kodus_queue.E003",
        )
        for name, url in _github_urls().items()
        if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK
    ]
    if settings.GITHUB_ENABLED and not settings.GITHUB_TOKEN and not _app_settings():
        hint = (
            "Set KODUS_GITHUB_APP_ID and KODUS_GITHUB_APP_PRIVATE_KEY (or KODUS_GITHUB_APP_PRIVATE_KEY_FILE),"
            " or KODUS_GITHUB_TOKEN (or KODUS_GITHUB_TOKEN_FILE), or WORKFLOW_QUEUE_GITHUB_ENABLED=false."
        )
        text = "No GitHub App and no token is set: private pull requests cannot be read and no review can be posted."
        found.append(Warning(text, hint=hint, id="kodus_queue.W001"))
    return found


def check_github_app(**_: Any) -> list[CheckMessage]:
    """E004: an App beside a token. E005: half an App. E006: a private key that cannot be read."""
    given = _app_settings()
    found: list[CheckMessage] = []
    if given and settings.GITHUB_TOKEN:
        text, hint = "A GitHub App and a token are set.", "Unset KODUS_GITHUB_TOKEN, or both settings of the App."
        found.append(Error(text, hint=hint, id="kodus_queue.E004"))
    if len(given) == 1:
        (missing,) = set(APP_SETTINGS) - set(given)
        text = f"Half of a GitHub App is set: {given[0]} alone."
        found.append(Error(text, hint=f"Set {missing}, too.", id="kodus_queue.E005"))
    return [*found, *_unreadable_key()]


def check_hooks_of_the_app(**_: Any) -> list[CheckMessage]:
    """E007: a webhook that GitHub does not let us look after: its App's own is for an App, all others for a token."""
    has_app = bool(_app_settings())
    hint = f"With an App write {APP_HOOK}, with a token the paths of webhooks in repositories or organizations."
    return [
        Error(
            f"KODUS_GITHUB_HOOKS has {hook!r}, and {'an App' if has_app else 'no App'} is set.",
            hint=hint,
            id="kodus_queue.E007",
        )
        for hook in settings.GITHUB_HOOKS
        if (hook == APP_HOOK) != has_app
    ]


def check_public_url(**_: Any) -> list[CheckMessage]:
    """E008: an address that would be posted to GitHub and leads nowhere, or holds a password."""
    parts = urlsplit(settings.PUBLIC_URL)
    is_plain = parts.scheme in {"http", "https"} and parts.hostname and not (parts.username or parts.query)
    if not settings.PUBLIC_URL or is_plain:
        return []
    hint = "Write the address of the operators' side, as https://reviews.example.com."
    return [Error("KODUS_PUBLIC_URL is no address of a web site.", hint=hint, id="kodus_queue.E008")]


def _app_settings() -> list[str]:
    """Those of the App's settings that are set."""
    values = (settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY)
    return [name for name, value in zip(APP_SETTINGS, values, strict=True) if value]


def _unreadable_key() -> list[CheckMessage]:
    try:
        if settings.GITHUB_APP_PRIVATE_KEY:
            signing_key(settings.GITHUB_APP_PRIVATE_KEY)
    except PrivateKeyUnreadable as error:
        hint = "Name the .pem file that GitHub gave you in KODUS_GITHUB_APP_PRIVATE_KEY_FILE."
        return [Error(str(error), hint=hint, id="kodus_queue.E006")]
    return []


def _reachable() -> list[str]:
    """The names beyond this machine that the service answers to."""
    return [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]


def _github_urls() -> dict[str, str]:
    return {"KODUS_GITHUB_API_URL": settings.GITHUB_API_URL, "KODUS_GITHUB_GIT_URL": settings.GITHUB_GIT_URL}
