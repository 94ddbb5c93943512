"""As whom the service acts, as the settings have it."""

import pytest
from celery.signals import worker_process_shutdown

from integrations.github.errors import PrivateKeyUnreadable
from integrations.github.identity import git_token, our_app
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY


@pytest.fixture
def app_settings(settings, standin, registered):
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = standin.base_url, ""
    settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY = APP_ID, PRIVATE_KEY
    return settings


def test_with_a_token_there_is_no_app_and_git_shows_the_token(settings):
    settings.GITHUB_APP_ID, settings.GITHUB_TOKEN = "", "a-token"
    assert (our_app(), git_token("octo/app")) == (None, "a-token")


def test_with_neither_git_shows_nothing(settings):
    settings.GITHUB_APP_ID, settings.GITHUB_TOKEN = "", ""
    assert git_token("octo/app") is None


def test_with_an_app_git_shows_a_token_for_that_repository(app_settings, registered):
    token = git_token("octo/app")
    assert registered.tokens[token].repositories == {"octo/app"}
    assert registered.tokens[token].permissions == {"contents": "read", "metadata": "read"}


def test_there_is_one_app_in_a_process(app_settings):
    assert our_app() is our_app()


def test_half_an_app_is_no_app_without_a_word(app_settings):
    app_settings.GITHUB_APP_PRIVATE_KEY = ""
    with pytest.raises(PrivateKeyUnreadable):
        git_token("octo/app")


def test_a_worker_that_ends_gives_its_tokens_back(app_settings, registered):
    git_token("octo/app")
    worker_process_shutdown.send(sender="a worker", pid=1, exitcode=0)
    assert registered.tokens == {}


def test_a_worker_that_ends_with_a_token_leaves_it_alone(settings, standin):
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN, settings.GITHUB_APP_ID = standin.base_url, standin.token, ""
    worker_process_shutdown.send(sender="a worker", pid=1, exitcode=0)
    assert standin.writes == []
