from django.apps import AppConfig
from django.core.checks import register

from kodus_queue import checks


class KodusQueueConfig(AppConfig):
    name = "kodus_queue"

    def ready(self) -> None:
        for check in (
            checks.check_secret_key,
            checks.check_debug,
            checks.check_github,
            checks.check_github_app,
            checks.check_hooks_of_the_app,
            checks.check_public_url,
        ):
            register(check, "kodus_queue")
