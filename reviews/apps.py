from django.apps import AppConfig
from django.core.checks import register


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from reviews.checks import check_configuration  # noqa: PLC0415 - it reads rows' modules, which need the apps

        register(check_configuration, "reviews")
