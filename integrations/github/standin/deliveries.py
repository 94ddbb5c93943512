"""Signed webhooks: sent to the configured address, remembered with their answers, and sent again on request.

Like GitHub: a delivery waits ten seconds for its answer and is never repeated unasked; sent again it keeps its id.
The weather may lose it, double it, hold it back or let it trickle.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx

from integrations.github.standin.log import Log
from integrations.github.standin.weather import Forecast, WebhookFate

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_LENGTH = 10_000
HOOK_ID = "1"
SHOWN_FOR = timedelta(days=3)
MAX_THREADS = 256
SLOW_PIECES = 20
# A connection per webhook, so that a receiver that restarts does not lose one to a connection it no longer has.
_NO_KEEPING = httpx.Limits(max_connections=None, max_keepalive_connections=0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST of a webhook. A redelivery is a further one with the same `id` and an `attempt_id` of its own."""

    id: str
    event: str
    action: str | None
    headers: Mapping[str, str]
    body: bytes
    sent_at: datetime
    repository_id: int | None = None
    pull_request: str | None = None  # octo/app#12
    head_sha: str | None = None
    attempt_id: int = 0  # 0: not sent yet
    duration_seconds: float = 0.0
    status: int | None = None  # None: no answer came, or none yet, or there is no address to send to
    answer: str = ""  # what came instead of one when `status` is None
    redelivery: bool = False

    @property
    def answer_json(self) -> Any:
        return json.loads(self.answer)

    @property
    def outcome(self) -> str:
        """How it ended, in GitHub's words."""
        if self.status is None:
            return "timed out" if self.answer.endswith("Timeout") else "failed to connect"
        return "OK" if 200 <= self.status < 300 else f"Invalid HTTP Response: {self.status}"  # noqa: PLR2004 - HTTP's own numbers


def signed_headers(event: str, body: bytes, *, secret: bytes, delivery_id: str) -> dict[str, str]:
    """The headers GitHub sends with a webhook."""
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/0000000",
        "X-GitHub-Delivery": delivery_id,
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": HOOK_ID,
        "X-GitHub-Hook-Installation-Target-ID": "1",
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest(),
    }


class Hook:
    """The one webhook of the stand-in: an address, a secret, and what was sent there. A test may set its `clock`.

    `waits` says whether a verb returns with the answer of its webhook or at once. Webhooks are sent by threads: so
    many that even an address that never answers does not hold up twenty deliveries a second.
    """

    def __init__(self, url: str | None, secret: bytes, log: Log, forecast: Forecast, *, waits: bool = True) -> None:
        self.url = url
        self.secret = secret
        self.waits = waits
        self.deliveries: list[Delivery] = []
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._log = log
        self._forecast = forecast
        self._closing = threading.Event()
        self._attempt_ids = count(1)
        self._threads = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="webhook")
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS, limits=_NO_KEEPING, trust_env=False)

    def close(self) -> None:
        """Send nothing more; what is under way is answered or given up first."""
        self._closing.set()
        self._threads.shutdown(cancel_futures=True)
        self._http.close()

    def send(self, event: str, payload: Mapping[str, Any]) -> Delivery:
        """Deliver; with no address it is only remembered."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        delivery_id = str(uuid4())
        delivery = Delivery(
            id=delivery_id,
            event=event,
            action=payload.get("action"),
            headers=signed_headers(event, body, secret=self.secret, delivery_id=delivery_id),
            body=body,
            sent_at=self.clock(),
            **_subject(payload),
        )
        return self._hand_over(delivery, waits=self.waits)

    def redeliver(self, delivery_id: str) -> Delivery:
        """Send the same body under the same id once more. KeyError for an unknown id."""
        first = next((known for known in self.deliveries if known.id == delivery_id), None)
        if first is None:
            raise KeyError(delivery_id)
        return self._hand_over(_again(first), waits=self.waits)

    def redeliver_soon(self, delivery: Delivery) -> None:
        """As `redeliver`, without waiting for the answer."""
        self._hand_over(_again(delivery), waits=False)

    def shown(self) -> list[Delivery]:
        """The deliveries that GitHub still shows, newest first."""
        oldest = self.clock() - SHOWN_FOR
        recent = (delivery for delivery in tuple(self.deliveries) if delivery.sent_at >= oldest)
        return sorted(recent, key=lambda delivery: delivery.attempt_id, reverse=True)

    def _hand_over(self, delivery: Delivery, *, waits: bool) -> Delivery:
        """The delivery with its answer, or as it is when nobody waits."""
        fate = self._forecast.webhook()
        if self.url is None or not fate.copies:
            return self._lose(delivery)
        sent = [self._threads.submit(self._deliver, delivery, self.url, fate) for _ in range(fate.copies)]
        if not waits:
            return delivery
        wait(sent)
        return sent[0].result()

    def _lose(self, delivery: Delivery) -> Delivery:
        lost = replace(delivery, attempt_id=next(self._attempt_ids), sent_at=self.clock())
        self._log.write("webhook_lost", **_told(lost))
        self.deliveries.append(lost)
        return lost

    def _deliver(self, delivery: Delivery, url: str, fate: WebhookFate) -> Delivery:
        if self._closing.wait(fate.late_seconds):
            return delivery
        begun = replace(delivery, attempt_id=next(self._attempt_ids), sent_at=self.clock())
        self._log.write("webhook_sent", **_told(begun))
        started = time.monotonic()
        status, answer = self._post(url, begun, fate.slow_seconds)
        done = replace(begun, duration_seconds=time.monotonic() - started, status=status, answer=answer)
        self._log.write("webhook_answered", **_answered(done))
        self.deliveries.append(done)
        return done

    def _post(self, url: str, delivery: Delivery, seconds: float) -> tuple[int | None, str]:
        headers = {**delivery.headers, "Content-Length": str(len(delivery.body))}
        content = self._trickle(delivery.body, seconds) if seconds else delivery.body
        try:
            response = self._http.post(url, content=content, headers=headers)
        except httpx.RequestError as error:
            return None, type(error).__name__
        return response.status_code, response.text[:MAX_ANSWER_LENGTH]

    def _trickle(self, body: bytes, seconds: float) -> Iterator[bytes]:
        size = -(-len(body) // SLOW_PIECES)
        for start in range(0, len(body), size):
            self._closing.wait(seconds / SLOW_PIECES)
            yield body[start : start + size]


def _subject(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What a webhook is about."""
    repository, pull = payload["repository"], payload.get("pull_request")
    number = (pull or payload.get("issue", {})).get("number")
    return {
        "repository_id": repository["id"],
        "pull_request": f"{repository['full_name']}#{number}" if number else None,
        "head_sha": pull["head"]["sha"] if pull else None,
    }


def _again(delivery: Delivery) -> Delivery:
    return replace(delivery, redelivery=True, attempt_id=0, duration_seconds=0.0, status=None, answer="")


def _told(delivery: Delivery) -> dict[str, Any]:
    return {
        "attempt": delivery.attempt_id,
        "delivery": delivery.id,
        "event": delivery.event,
        "action": delivery.action,
        "pull_request": delivery.pull_request,
        "head": delivery.head_sha,
        "sha256": hashlib.sha256(delivery.body).hexdigest(),
        "redelivery": delivery.redelivery,
    }


def _answered(delivery: Delivery) -> dict[str, Any]:
    return {
        "attempt": delivery.attempt_id,
        "delivery": delivery.id,
        "status": delivery.status,
        "outcome": delivery.outcome,
        "duration_seconds": delivery.duration_seconds,
    }
