from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import register
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

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
        owner = apps.get_app_config("jobs")  # any with models: both are sent for those only
        pre_migrate.connect(let_statements_take_their_time, sender=owner)
        post_migrate.connect(limit_statements_again, sender=owner)


def let_statements_take_their_time(using: str, **_: Any) -> None:
    """An index on a table of millions takes minutes, and disturbs nobody when it is built concurrently. What waits for
    a lock is ended as ever.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")


def limit_statements_again(using: str, **_: Any) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("RESET statement_timeout")
