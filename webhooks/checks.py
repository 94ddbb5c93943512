"""System checks of the door, of the commands it takes, and of the hooks that are looked after."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name for it

from integrations.github.client import is_hook

MIN_SECRET_BYTES = 16
_A_PATH = (
    "app/hook for a GitHub App's own, or repos/OWNER/NAME/hooks/ID or orgs/OWNER/hooks/ID;"
    " the id ends the address of the webhook's page on GitHub"
)


def check_webhook_secrets(**_: Any) -> list[CheckMessage]:
    """E001: the door has no secret, so it could prove nobody. W001: a secret short enough to be guessed."""
    secrets = settings.GITHUB_WEBHOOK_SECRETS
    if not secrets and settings.PROCESS == "webhook":
        hint = "Set KODUS_GITHUB_WEBHOOK_SECRET (or KODUS_GITHUB_WEBHOOK_SECRET_FILE) to the secret of the webhook."
        return [Error("No webhook secret is set: every delivery would be refused.", hint=hint, id="webhooks.E001")]
    if any(len(secret) < MIN_SECRET_BYTES for secret in secrets):
        hint = "Make one with: openssl rand -hex 32"
        return [Warning(f"A webhook secret is shorter than {MIN_SECRET_BYTES} bytes.", hint=hint, id="webhooks.W001")]
    return []


def check_hooks(**_: Any) -> list[CheckMessage]:
    """E002: not a webhook's path. W002: no webhook is looked after, so what does not arrive stays lost."""
    if settings.GITHUB_ENABLED and not settings.GITHUB_HOOKS:
        text = "No webhook is looked after: a delivery that does not arrive is lost unless somebody redelivers it."
        return [Warning(text, hint=f"Set KODUS_GITHUB_HOOKS to {_A_PATH}.", id="webhooks.W002")]
    return [
        Error(f"KODUS_GITHUB_HOOKS has {path!r}, no webhook's path.", hint=f"Write {_A_PATH}.", id="webhooks.E002")
        for path in settings.GITHUB_HOOKS
        if not is_hook(path)
    ]


def check_review_command(**_: Any) -> list[CheckMessage]:
    """E003: no comment could ever hold a command."""
    word = settings.REVIEW_COMMAND
    if word.split() == [word]:
        return []
    hint = "Write one word without spaces, such as /review or @kodus."
    return [Error(f"KODUS_REVIEW_COMMAND is {word!r}, not one word.", hint=hint, id="webhooks.E003")]
