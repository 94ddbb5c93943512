"""Their doors, as WSGI applications: `to_celery` publishes before it answers, `to_memory` answers and works on."""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import httpx

from chaos.baselines import reviewing

THREADS = 4
TRIES = 8
_background = ThreadPoolExecutor(THREADS)


def to_celery(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return _door(environ, start_response, import_module("chaos.baselines.celery_app").review.delay)


def to_memory(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    return _door(environ, start_response, lambda *asked: _background.submit(_review_in_tries, *asked))


def _door(environ: dict[str, Any], start_response: Callable[..., Any], hand_over: Callable[..., Any]) -> list[bytes]:
    status = "200 OK"
    if environ["REQUEST_METHOD"] == "POST":
        payload = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        asked = reviewing.wanted(environ["HTTP_X_GITHUB_EVENT"], payload)
        if asked:
            hand_over(*asked)
        status = "202 Accepted"
    start_response(status, [("Content-Length", "0")])
    return [b""]


def _review_in_tries(*asked: Any) -> None:
    for number in range(TRIES):
        try:
            reviewing.review(*asked)
        except httpx.HTTPError:
            time.sleep(min(2**number, 30))
        else:
            return
