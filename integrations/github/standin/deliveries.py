"""Signed webhooks: sent to the configured address, remembered with their answers, and sent again on request.

Like GitHub: a delivery waits ten seconds for its answer and is never repeated unasked; sent again it keeps its id.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

TIMEOUT_SECONDS = 10.0
MAX_ANSWER_LENGTH = 10_000
HOOK_ID = "1"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST of a webhook. A redelivery is a further one with the same `id`."""

    id: str
    event: str
    action: str | None
    headers: Mapping[str, str]
    body: bytes
    sent_at: datetime
    duration_seconds: float
    status: int | None  # None: no answer came, or there is no address to send to
    answer: str
    redelivery: bool = False

    @property
    def answer_json(self) -> Any:
        return json.loads(self.answer)


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
    """The one webhook of the stand-in: an address, a secret, and what was sent there."""

    def __init__(self, url: str | None, secret: bytes) -> None:
        self.url = url
        self.secret = secret
        self.deliveries: list[Delivery] = []

    def send(self, event: str, payload: Mapping[str, Any]) -> Delivery:
        """Deliver now and wait for the answer; with no address it is only remembered."""
        body = json.dumps(payload, separators=(",", ":")).encode()
        return self._post(str(uuid4()), event, payload.get("action"), body, redelivery=False)

    def redeliver(self, delivery_id: str) -> Delivery:
        """Send the same body under the same id once more. KeyError for an unknown id."""
        first = next((known for known in self.deliveries if known.id == delivery_id), None)
        if first is None:
            raise KeyError(delivery_id)
        return self._post(first.id, first.event, first.action, first.body, redelivery=True)

    def _post(self, delivery_id: str, event: str, action: str | None, body: bytes, *, redelivery: bool) -> Delivery:
        headers = signed_headers(event, body, secret=self.secret, delivery_id=delivery_id)
        sent_at, started = datetime.now(UTC), time.monotonic()
        status, answer = self._answer(headers, body)
        delivery = Delivery(
            id=delivery_id,
            event=event,
            action=action,
            headers=headers,
            body=body,
            sent_at=sent_at,
            duration_seconds=time.monotonic() - started,
            status=status,
            answer=answer,
            redelivery=redelivery,
        )
        self.deliveries.append(delivery)
        return delivery

    def _answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int | None, str]:
        if self.url is None:
            return None, ""
        try:
            response = httpx.post(self.url, content=body, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)
        except httpx.TransportError as error:
            return None, type(error).__name__
        return response.status_code, response.text[:MAX_ANSWER_LENGTH]
