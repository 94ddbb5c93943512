"""A door on a port, the stand-in of GitHub in front of it, and jobs that recover what did not get through."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIHandler

from integrations.github.standin import StandIn
from tests.integrations.github.repository import make_repository
from tests.webhooks.deliveries import SECRET

HOOK = "repos/octo/app/hooks/1"


class DoorOnAPort:
    """The door, one delivery after the other. While it is `closed` it answers 503, as it does without its database."""

    def __init__(self) -> None:
        self.closed = False
        self._application = WSGIHandler()
        self._server = make_server("127.0.0.1", 0, self._answer, _Server, _Silent)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/github"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ, start_response):
        if self.closed:
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return []
        return self._application(environ, start_response)


class _Server(WSGIServer):
    request_queue_size = 512


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def door_settings(settings: LazySettings) -> LazySettings:
    """As the webhook process has them; the handlers are the product's own."""
    settings.ROOT_URLCONF = "kodus_queue.webhook_urls"
    settings.MIDDLEWARE = ["telemetry.middleware.CorrelationMiddleware"]
    settings.GITHUB_WEBHOOK_SECRETS = (SECRET,)
    settings.LEASE_SECONDS = 600
    return settings


@pytest.fixture
def door(transactional_db: None) -> Iterator[DoorOnAPort]:
    with DoorOnAPort() as door:
        yield door


@pytest.fixture
def standin(door: DoorOnAPort, settings: LazySettings, tmp_path: Path) -> Iterator[StandIn]:
    repository = make_repository(tmp_path / "app")
    with StandIn({"octo/app": repository}, webhook_url=door.url, secret=SECRET) as standin:
        settings.GITHUB_API_URL = standin.base_url
        settings.GITHUB_TOKEN = standin.token
        settings.GITHUB_HOOKS = (HOOK,)
        yield standin
