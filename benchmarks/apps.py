from importlib import import_module

from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    name = "benchmarks"

    def ready(self) -> None:
        import_module("benchmarks.handlers").register()  # models can be imported only now
