from django.apps import AppConfig
from django.conf import settings

from telemetry import redaction, sentry


class TelemetryConfig(AppConfig):
    name = "telemetry"

    def ready(self) -> None:
        secrets = [secret.decode(errors="replace") for secret in settings.GITHUB_WEBHOOK_SECRETS]
        redaction.remember(settings.GITHUB_TOKEN, settings.SECRET_KEY, settings.MODEL_KEY, *secrets)
        if settings.SENTRY_DSN:
            sentry.start(settings.SENTRY_DSN, process=settings.PROCESS)
