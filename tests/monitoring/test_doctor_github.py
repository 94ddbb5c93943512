"""The credential and the webhooks, against the stand-in."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.github import identity
from monitoring.doctor import deliveries
from monitoring.doctor import github as room
from monitoring.doctor.diagnosis import State
from tests.integrations.github.conftest import receiver, repository, standin  # noqa: F401 - fixtures
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY
from tests.services import free_port

HOOK = "repos/octo/app/hooks/1"


@pytest.fixture
def token(standin, settings):  # noqa: F811 - the fixture
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = standin.base_url, standin.token
    return standin


@pytest.fixture
def app(standin, settings):  # noqa: F811 - the fixture
    settings.GITHUB_API_URL, settings.GITHUB_TOKEN = standin.base_url, ""
    settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY = APP_ID, PRIVATE_KEY
    standin.installations.register(APP_ID, PUBLIC_KEY)
    yield standin.installations
    identity._app.cache_clear()


def states() -> list[State]:
    return [found.state for found in room.examine()]


def told() -> str:
    return " ".join(found.found for found in room.examine())


def test_a_token_that_is_accepted_is_fine(token):
    assert states() == [State.OK, State.OK]
    assert "5000 requests left" in told()


def test_a_token_that_is_refused_is_told_and_not_shown(token, settings):
    settings.GITHUB_TOKEN = "ghp_wrongwrongwrongwrongwrongwrong"
    (found,) = room.examine()
    assert (found.state, "wrongwrong" in str(found)) == (State.FAIL, False)
    assert "KODUS_GITHUB_TOKEN" in found.remedy


@pytest.mark.parametrize(
    ("scopes", "lacks"), [("repo, read:org", False), ("public_repo", False), ("read:org", True), ("", True)]
)
def test_a_classic_token_needs_its_scope(token, scopes, lacks):
    token.records.token_scopes = scopes
    assert (State.FAIL in states(), "lacks a scope: repo" in told()) == (lacks, lacks)


def test_a_clock_that_is_wrong_is_told_by_githubs(token, monkeypatch):
    monkeypatch.setattr(room, "now", lambda: datetime.now(UTC) + timedelta(minutes=3))
    assert states() == [State.OK, State.FAIL]
    assert "ahead of GitHub's" in told()


def test_github_that_is_away_is_told_with_its_address(token, settings):
    settings.GITHUB_API_URL = f"http://127.0.0.1:{free_port()}"
    (found,) = room.examine()
    assert (found.state, settings.GITHUB_API_URL in found.found) == (State.FAIL, True)


@pytest.mark.parametrize(("is_on", "state"), [(True, State.FAIL), (False, State.OK)])
def test_without_a_credential_nothing_can_be_posted_unless_nothing_is_to_be(settings, is_on, state):
    settings.GITHUB_TOKEN, settings.GITHUB_APP_ID, settings.GITHUB_ENABLED = "", "", is_on
    assert states() == [state]


def test_an_app_that_is_installed_and_may_do_all_is_fine(app):
    app.install("octo")
    (found,) = room.examine()
    assert (found.state, found.about) == (State.OK, "octo")


def test_an_app_that_is_installed_nowhere_is_told(app):
    assert (states(), told()) == ([State.FAIL], "the App is accepted and installed nowhere")


def test_an_app_whose_key_is_anothers_is_refused(app):
    app.register("8", PUBLIC_KEY)
    (found,) = room.examine()
    assert (found.state, "this machine's clock" in found.remedy) == (State.FAIL, True)


def test_what_an_installation_was_not_granted_is_named(app):
    app.install("octo", permissions={"contents": "read", "metadata": "read", "pull_requests": "read"})
    assert (states(), told()) == ([State.FAIL], "lacks checks: write, pull_requests: write")


def test_a_suspended_installation_is_told(app):
    app.install("octo")
    app.suspend("octo")
    assert states() == [State.WARN]


def test_a_webhook_that_reaches_us_is_fine(token, settings):
    settings.GITHUB_HOOKS = (HOOK,)
    token.ping("octo/app")
    (found,) = deliveries.reachable()
    assert (found.state, found.about, found.found.startswith("GitHub reached us")) == (State.OK, HOOK, True)


def test_one_that_does_not_is_told_in_githubs_words(token, settings, receiver):  # noqa: F811 - the fixture
    settings.GITHUB_HOOKS = (HOOK,)
    receiver.status = 502
    token.ping("octo/app")
    (found,) = deliveries.reachable()
    assert (found.state, "502" in found.found, "proxy" in found.remedy) == (State.FAIL, True, True)


def test_a_webhook_that_is_not_there_points_at_its_path(token, settings):
    settings.GITHUB_HOOKS = ("repos/octo/app/hooks/77",)
    (found,) = deliveries.reachable()
    assert (found.state, "GitHub does not show" in found.found) == (State.FAIL, True)


def test_when_no_webhook_is_looked_after_github_is_not_asked(settings):
    settings.GITHUB_HOOKS = ()
    assert [found.state for found in deliveries.reachable()] == [State.WARN]
