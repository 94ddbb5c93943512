"""What is fine on a laptop is refused where others can reach it."""

import pytest
from django.core.checks import run_checks

from kodus_queue import checks

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


def test_the_checks_are_registered(settings):
    settings.SECRET_KEY, settings.ALLOWED_HOSTS, settings.DEBUG = "short", ["*"], True
    assert {"kodus_queue.E001", "kodus_queue.E002"} <= set(ids(run_checks(tags=["kodus_queue"])))
