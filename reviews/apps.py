from django.apps import AppConfig
from django.core.checks import register


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews import checks  # noqa: PLC0415 - they read rows' modules, which need the apps

        register(checks.check_configuration, "reviews")
        register(checks.check_language_model, "reviews")
