"""Flower, as deploy/supervisord.conf starts it."""

import base64
import http.client
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from kodus_queue.flower_login import flower_login, login_file
from tests.processes import Process, running
from tests.services import accepts, free_port, wait_until


@pytest.fixture(scope="module")
def flower(broker, tmp_path_factory):
    """Its port, and the login it made."""
    state_dir, port = tmp_path_factory.mktemp("flower"), free_port()
    options = ("--address=127.0.0.1", f"--port={port}", "--read_only=true", "--logging=warning")
    command = (sys.executable, "-m", "celery", "-A", "kodus_queue", "flower", *options)
    process = Process(*command, broker_url=broker, KODUS_STATE_DIR=str(state_dir), KODUS_PROCESS="flower")
    with running(process):
        wait_until(lambda: accepts(port), seconds=60, what="Flower")
        yield port, login_file(state_dir).read_text(encoding="ascii").strip()


def status(port, path, login="", method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    signed = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}
    connection.request(method, path, headers=signed)
    return connection.getresponse().status


@pytest.mark.parametrize("path", ["/", "/workers", "/tasks", "/broker", "/api/workers"])
@pytest.mark.parametrize("login", ["", "operator:", "operator:guessed"])
def test_nobody_looks_without_the_login(flower, path, login):
    assert status(flower[0], path, login) == http.HTTPStatus.UNAUTHORIZED


def test_with_the_login_the_workers_are_shown(flower):
    port, login = flower
    assert status(port, "/workers", login) == http.HTTPStatus.OK


def test_nothing_is_steered_from_there(flower):
    port, login = flower
    assert status(port, "/api/worker/shutdown/review@host", login, "POST") == http.HTTPStatus.FORBIDDEN


def test_a_probe_needs_no_login(flower):
    assert status(flower[0], "/healthcheck") == http.HTTPStatus.OK


def test_a_login_is_made_once_and_for_its_owner_only(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    assert flower_login() == flower_login()
    assert oct(login_file(tmp_path).stat().st_mode & 0o777) == "0o600"


def test_a_login_that_is_given_is_taken(settings, tmp_path):
    settings.STATE_DIR, settings.FLOWER_LOGIN = tmp_path, "ada:lovelace"
    assert flower_login() == "ada:lovelace"
    assert not login_file(tmp_path).exists()


@pytest.mark.parametrize("given", ["ada", "ada:", ":lovelace"])
def test_half_a_login_is_refused_by_name(settings, given):
    settings.FLOWER_LOGIN = given
    with pytest.raises(ImproperlyConfigured, match="KODUS_FLOWER_LOGIN"):
        flower_login()
