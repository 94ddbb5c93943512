"""What is fine on a laptop is refused where others can reach it."""

import runpy
from pathlib import Path

import pytest
from django.core.checks import run_checks

import kodus_queue
from kodus_queue import checks
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY

STRONG = "k" * 50


def ids(found):
    return [message.id for message in found]


@pytest.mark.parametrize("key", ["insecure-development-key", "insecure-" + STRONG, "guess-me"])
def test_a_known_or_short_key_is_refused_where_others_can_reach_it(settings, key):
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = key, ["localhost", "reviews.example.com"]
    (error,) = checks.check_secret_key()
    assert (error.id, "reviews.example.com" in error.msg, key in error.msg) == ("kodus_queue.E001", True, False)


@pytest.mark.parametrize("hosts", [["127.0.0.1", "localhost", "[::1]"], []])
def test_on_this_machine_alone_any_key_will_do(settings, hosts):
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "short", hosts
    assert checks.check_secret_key() == []


def test_a_strong_key_may_be_reached(settings):
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = STRONG, ["*"]
    assert checks.check_secret_key() == []


@pytest.mark.parametrize(
    ("debug", "hosts", "found"),
    [
        (True, ["*"], ["kodus_queue.E002"]),
        (True, ["10.0.0.5"], ["kodus_queue.E002"]),
        (True, ["localhost"], []),
        (False, ["*"], []),
    ],
)
def test_debug_pages_are_for_this_machine(settings, debug, hosts, found):
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, hosts
    assert ids(checks.check_debug()) == found


def test_without_a_token_there_is_a_warning_that_says_what_to_set(settings):
    settings.GITHUB_TOKEN, settings.GITHUB_ENABLED = "", True
    (warning,) = checks.check_github()
    assert (warning.id, "KODUS_GITHUB_TOKEN" in warning.hint) == ("kodus_queue.W001", True)


def test_with_github_switched_off_no_token_is_needed(settings):
    settings.GITHUB_TOKEN, settings.GITHUB_ENABLED = "", False
    assert checks.check_github() == []


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://github.example.com/api/v3", []),
        ("http://127.0.0.1:8000", []),
        ("http://[::1]:8000", []),
        ("http://github.example.com", ["kodus_queue.E003"]),
        ("http://127.0.0.1.example.com", ["kodus_queue.E003"]),
        ("ftp://github.example.com", ["kodus_queue.E003"]),
    ],
)
@pytest.mark.parametrize("name", ["GITHUB_API_URL", "GITHUB_GIT_URL"])
def test_the_token_travels_encrypted(settings, name, url, found):
    settings.GITHUB_TOKEN = STRONG
    setattr(settings, name, url)
    assert ids(checks.check_github()) == found


def with_app(settings, app_id=APP_ID, private_key=PRIVATE_KEY):
    settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY = app_id, private_key
    settings.GITHUB_TOKEN, settings.GITHUB_HOOKS, settings.GITHUB_ENABLED = "", ("app/hook",), True
    return settings


def of_the_app():
    return [*checks.check_github(), *checks.check_github_app(), *checks.check_hooks_of_the_app()]


def test_an_app_is_enough(settings):
    with_app(settings)
    assert of_the_app() == []


def test_an_app_and_a_token_are_one_too_many(settings):
    with_app(settings).GITHUB_TOKEN = STRONG
    (error,) = of_the_app()
    assert (error.id, "Unset KODUS_GITHUB_TOKEN" in error.hint) == ("kodus_queue.E004", True)


@pytest.mark.parametrize(
    ("half", "missing"),
    [({"private_key": ""}, "KODUS_GITHUB_APP_PRIVATE_KEY"), ({"app_id": ""}, "KODUS_GITHUB_APP_ID")],
)
def test_half_an_app_says_which_half_is_missing(settings, half, missing):
    with_app(settings, **half)
    (error,) = of_the_app()
    assert (error.id, error.hint) == ("kodus_queue.E005", f"Set {missing}, too.")


@pytest.mark.parametrize("key", ["a secret of ours", PUBLIC_KEY, PRIVATE_KEY[:-200]])
def test_a_private_key_that_cannot_be_read_is_refused_and_not_shown(settings, key):
    with_app(settings, private_key=key)
    (error,) = of_the_app()
    assert (error.id, key in f"{error.msg}{error.hint}") == ("kodus_queue.E006", False)


@pytest.mark.parametrize(("hook", "found"), [("app/hook", []), ("repos/octo/app/hooks/1", ["kodus_queue.E007"])])
def test_an_app_looks_after_its_own_webhook_alone(settings, hook, found):
    with_app(settings).GITHUB_HOOKS = (hook,)
    assert ids(of_the_app()) == found


@pytest.mark.parametrize(("hook", "found"), [("orgs/octo/hooks/1", []), ("app/hook", ["kodus_queue.E007"])])
def test_a_token_looks_after_any_webhook_but_an_apps(settings, hook, found):
    settings.GITHUB_TOKEN, settings.GITHUB_HOOKS = STRONG, (hook,)
    assert ids(of_the_app()) == found


def private_key_read():
    return runpy.run_path(str(Path(kodus_queue.__file__).with_name("settings.py")))["GITHUB_APP_PRIVATE_KEY"]


def test_a_private_key_may_be_given_on_one_line(monkeypatch):
    monkeypatch.setenv("KODUS_GITHUB_APP_PRIVATE_KEY", PRIVATE_KEY.replace("\n", "\\n"))
    assert private_key_read() == PRIVATE_KEY


def test_a_private_key_may_be_given_as_a_file(monkeypatch, tmp_path):
    (tmp_path / "app.pem").write_text(PRIVATE_KEY)
    monkeypatch.setenv("KODUS_GITHUB_APP_PRIVATE_KEY_FILE", str(tmp_path / "app.pem"))
    assert private_key_read() == PRIVATE_KEY.strip()


def test_the_checks_are_registered(settings):
    with_app(settings, private_key="none").GITHUB_HOOKS = ("orgs/octo/hooks/1",)
    settings.SECRET_KEY, settings.ALLOWED_HOSTS, settings.DEBUG = "short", ["*"], True
    expected = {f"kodus_queue.E00{number}" for number in (1, 2, 6, 7)}
    assert expected <= set(ids(run_checks(tags=["kodus_queue"])))


@pytest.mark.parametrize(
    "url", ["reviews.example.com", "ftp://reviews.example.com", "https://me:pw@reviews.example.com"]
)
def test_a_public_address_that_leads_nowhere_or_holds_a_password_is_refused(settings, url):
    settings.PUBLIC_URL = url
    (error,) = checks.check_public_url()
    assert (error.id, "pw" in error.msg) == ("kodus_queue.E008", False)


@pytest.mark.parametrize("url", ["", "https://reviews.example.com", "http://10.0.0.7:3331/kodus"])
def test_a_public_address_of_a_web_site_or_none_will_do(settings, url):
    settings.PUBLIC_URL = url
    assert checks.check_public_url() == []
