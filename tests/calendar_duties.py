"""The calendar as migrations make it: a test whose transactions are real empties the tables for those that follow."""

from importlib import import_module

from django.apps import apps

_MAKERS = ("webhooks.migrations.0003_calendar", "jobs.migrations.0012_pruning_calendar")


def put_into_the_calendar() -> None:
    for name in _MAKERS:
        import_module(name).put_into_the_calendar(apps, None)
