import pytest
from django.conf import LazySettings
from django.test import Client

from jobs import registry
from tests.webhooks.deliveries import SECRET, Door
from tests.workload.handlers import register


@pytest.fixture(autouse=True)
def door_settings(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> LazySettings:
    """As the webhook process has them: its own URL map, its short middleware, one known secret."""
    settings.ROOT_URLCONF = "kodus_queue.webhook_urls"
    settings.MIDDLEWARE = [
        "telemetry.middleware.CorrelationMiddleware",
        "django.middleware.security.SecurityMiddleware",
    ]
    settings.GITHUB_WEBHOOK_SECRETS = (SECRET,)
    monkeypatch.setattr(registry, "_specs", {})
    register()
    return settings


@pytest.fixture
def door(db: None) -> Door:
    return Door(Client(raise_request_exception=False))
