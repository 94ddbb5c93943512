"""As whom reviews talk to GitHub, and which gates their jobs pass."""

import pytest

from reviews.code_host import gates_of, github
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY
from tests.reviews.parts import REPOSITORY


@pytest.fixture
def app_settings(settings):
    settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY, settings.GITHUB_TOKEN = APP_ID, PRIVATE_KEY, ""


def test_with_a_token_all_jobs_pass_the_same_gates():
    assert gates_of(None) == gates_of(7) == ("github", "github:token")


@pytest.mark.usefixtures("app_settings")
def test_with_an_app_a_job_passes_the_gate_of_its_installation():
    assert gates_of(7) == ("github", "github:app", "github:installation:7")
    assert gates_of(None) == ("github", "github:app")


def test_with_a_token_the_client_goes_as_its_owner(standin, pull):
    assert github().pull_request(REPOSITORY, pull.number).number == pull.number
    assert standin.installations.tokens == {}


def test_with_an_app_the_client_goes_as_the_app(standin, pull, settings):
    standin.installations.register(APP_ID, PUBLIC_KEY)
    standin.installations.install(REPOSITORY.partition("/")[0])
    settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY, settings.GITHUB_TOKEN = APP_ID, PRIVATE_KEY, ""
    assert github().pull_request(REPOSITORY, pull.number).number == pull.number
    assert [token.repositories for token in standin.installations.tokens.values()] == [{REPOSITORY}]
