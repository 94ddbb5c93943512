from django.apps import AppConfig
from django.core.checks import register

from webhooks.checks import check_webhook_secrets


class WebhooksConfig(AppConfig):
    name = "webhooks"

    def ready(self) -> None:
        register(check_webhook_secrets, "webhooks")
