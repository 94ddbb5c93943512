import pytest
from django.conf import LazySettings

from webhooks.checks import check_hooks, check_review_command, check_webhook_secrets


def found() -> list[str]:
    return [str(message.id) for message in (*check_webhook_secrets(), *check_hooks(), *check_review_command())]


@pytest.fixture(autouse=True)
def hooks(settings: LazySettings) -> None:
    settings.GITHUB_HOOKS = ("repos/octo/app/hooks/1", "orgs/octo/hooks/2")


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


@pytest.mark.parametrize("path", ["octo/app", "repos/octo/app/hooks", "https://github.com/octo/app/settings/hooks/1"])
def test_what_is_no_webhooks_path_is_refused_by_name(settings: LazySettings, path: str):
    settings.GITHUB_HOOKS = ("repos/octo/app/hooks/1", path)
    (error,) = check_hooks()
    assert (error.id, path in error.msg, "repos/OWNER/NAME/hooks/ID" in str(error.hint)) == (
        "webhooks.E002",
        True,
        True,
    )


@pytest.mark.parametrize(("github", "expected"), [(True, ["webhooks.W002"]), (False, [])])
def test_with_github_on_and_no_hook_named_there_is_a_warning(
    settings: LazySettings, github: bool, expected: list[str]
):
    settings.GITHUB_HOOKS, settings.GITHUB_ENABLED = (), github
    assert found() == expected


@pytest.mark.parametrize("word", ["@kodus review", "", " ", "/review\n"])
def test_a_command_word_that_is_not_one_word_is_refused(settings: LazySettings, word: str):
    settings.REVIEW_COMMAND = word
    assert found() == ["webhooks.E003"]
