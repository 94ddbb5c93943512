from importlib import import_module

from django.apps import AppConfig


class WorkloadConfig(AppConfig):
    name = "tests.workload"
    label = "workload"

    def ready(self) -> None:
        import_module("tests.workload.handlers").register()  # models can be imported only now
