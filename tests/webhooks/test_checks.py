import pytest
from django.conf import LazySettings

from webhooks.checks import check_webhook_secrets


def found() -> list[str]:
    return [str(message.id) for message in check_webhook_secrets()]


def test_a_door_without_a_secret_is_an_error(settings: LazySettings):
    settings.GITHUB_WEBHOOK_SECRETS, settings.PROCESS = (), "webhook"
    assert found() == ["webhooks.E001"]


@pytest.mark.parametrize("process", ["api", "worker-review", "manage"])
def test_other_processes_need_no_secret(settings: LazySettings, process: str):
    settings.GITHUB_WEBHOOK_SECRETS, settings.PROCESS = (), process
    assert found() == []


def test_a_short_secret_is_warned_of(settings: LazySettings):
    settings.GITHUB_WEBHOOK_SECRETS = (b"short",)
    assert found() == ["webhooks.W001"]
