"""Clients that send deliveries without a pause, and what came of each."""

import itertools
import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from tests.webhooks.deliveries import PATH, headers_for, pull_request
from tests.webhooks.wire import ANSWER_SECONDS

CLIENTS = 8


@contextmanager
def deliveries_sent(port: int, *, kept: bool) -> Iterator[Counter[str]]:
    """Outcomes by status, or by error where there was no answer; complete when the block has ended.

    `kept`: each client keeps its connection until the door says that it closes it. Else each delivery has its own.
    """
    outcomes, over, numbers = Counter[str](), threading.Event(), itertools.count(1)

    def send() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        while not over.is_set():
            outcomes[_outcome(connection, next(numbers))] += 1
            if not kept:
                connection.close()
        connection.close()

    with ThreadPoolExecutor(CLIENTS) as clients:
        sending = [clients.submit(send) for _ in range(CLIENTS)]
        try:
            yield outcomes
        finally:
            over.set()
    for each in sending:
        each.result()


def _outcome(connection: HTTPConnection, number: int) -> str:
    body = json.dumps(pull_request(number=number)).encode()
    try:
        connection.request(
            "POST", PATH, body, headers_for("pull_request", body) | {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException) as error:
        connection.close()
        return type(error).__name__
    return str(answer.status)
