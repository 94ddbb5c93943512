from django.apps import AppConfig
from django.conf import settings

from telemetry import counting, redaction, sentry


class TelemetryConfig(AppConfig):
    name = "telemetry"

    def ready(self) -> None:
        secrets = [secret.decode(errors="replace") for secret in settings.GITHUB_WEBHOOK_SECRETS]
        redaction.remember(settings.GITHUB_TOKEN, settings.SECRET_KEY, settings.MODEL_KEY, *secrets)
        counting.keep_in(settings.METRICS_DIR)
        about = {
            "process": settings.PROCESS,
            "release": settings.RELEASE,
            "environment": settings.SENTRY_ENVIRONMENT,
        }
        if settings.SENTRY_DSN:
            sentry.start(settings.SENTRY_DSN, **about)
        if settings.RECORD_TRACES:
            from telemetry import recording  # noqa: PLC0415 - OpenTelemetry is large, and most do not use it

            redaction.remember(*settings.OTLP_SECRETS)
            recording.start(**about)
