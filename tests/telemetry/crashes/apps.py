from importlib import import_module

from django.apps import AppConfig


class CrashesConfig(AppConfig):
    name = "tests.telemetry.crashes"
    label = "crashes"

    def ready(self) -> None:
        import_module("tests.telemetry.crashes.handlers").register()  # models can be imported only now
