"""System checks of the door."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name for it

MIN_SECRET_BYTES = 16


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
