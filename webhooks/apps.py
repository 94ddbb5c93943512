from django.apps import AppConfig
from django.core.checks import register

from webhooks.checks import check_hooks, check_review_command, check_webhook_secrets


class WebhooksConfig(AppConfig):
    name = "webhooks"

    def ready(self) -> None:
        for check in (check_webhook_secrets, check_hooks, check_review_command):
            register(check, "webhooks")
