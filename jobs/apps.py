from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from jobs import (  # noqa: PLC0415 - they need the models, which are not loaded earlier
            checks,
            worker_deaths,  # noqa: F401 - it listens to Celery
            worker_pulse,  # noqa: F401 - the same
        )

        autodiscover_modules("handlers")
        for check in (checks.check_lease, checks.check_time_limits, checks.check_queues):
            register(check, "jobs")
