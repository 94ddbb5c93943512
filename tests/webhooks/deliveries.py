"""Deliveries as GitHub sends them, cut down to what matters, and a door to send them to."""

import copy
import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client

from webhooks.models import WebhookDelivery
from webhooks.signatures import sign

SECRET = b"It's a Secret to Everybody"
HEAD, BASE = "a" * 40, "b" * 40
NOON, A_MINUTE_LATER = "2026-05-04T12:00:00Z", "2026-05-04T12:01:00Z"
PATH = "/webhooks/github"

REPOSITORY = {"id": 186853002, "full_name": "octo/app", "default_branch": "main", "owner": {"login": "octo"}}
SENDER = {"login": "mona", "id": 5, "type": "User"}


def pull_request(
    action: str = "opened", *, number: int = 7, draft: bool = False, head: str = HEAD, at: str = ""
) -> dict[str, Any]:
    """`at`: noon, or a minute later when it ends a review."""
    return {
        "action": action,
        "number": number,
        "pull_request": {
            "number": number,
            "state": "open",
            "draft": draft,
            "title": "Rename a function",
            "updated_at": at or (A_MINUTE_LATER if action in {"closed", "converted_to_draft"} else NOON),
            "head": {"ref": "topic", "sha": head, "repo": {"full_name": "octo/app"}},
            "base": {"ref": "main", "sha": BASE},
        },
        "repository": REPOSITORY,
        "installation": {"id": 17},
        "sender": SENDER,
    }


def comment(body: str = "/review", *, association: str = "MEMBER", kind: str = "User", action: str = "created") -> Any:
    return {
        "action": action,
        "issue": {"number": 7, "state": "open", "user": {"id": 99}, "pull_request": {"url": "https://example.test"}},
        "comment": {
            "id": 4_000,
            "body": body,
            "created_at": NOON,
            "author_association": association,
            "user": {"login": "mona", "id": 5, "type": kind},
        },
        "repository": REPOSITORY,
        "sender": SENDER,
    }


def push(*, ref: str = "refs/heads/main", deleted: bool = False, after: str = HEAD) -> dict[str, Any]:
    return {
        "ref": ref,
        "before": BASE,
        "after": after,
        "deleted": deleted,
        "repository": REPOSITORY,
        "sender": SENDER,
    }


def ping() -> dict[str, Any]:
    return {"zen": "Keep it logically awesome.", "hook_id": 30, "hook": {"id": 30}, "repository": REPOSITORY}


def changed(payload: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at a dotted path put in place of what was there."""
    result = copy.deepcopy(payload)
    *parents, last = path.split(".")
    target = result
    for key in parents:
        target = target[key]
    target[last] = value
    return result


def without(payload: dict[str, Any], path: str) -> dict[str, Any]:
    result = copy.deepcopy(payload)
    *parents, last = path.split(".")
    target = result
    for key in parents:
        target = target[key]
    del target[last]
    return result


def to_bytes(payload: Any) -> bytes:
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()


def headers_for(event: str, body: bytes, *, delivery: str | None = None, **changes: str | None) -> dict[str, str]:
    """The headers of a well-made delivery; `changes` replaces some (underscores for dashes), None leaves one out."""
    headers: dict[str, str | None] = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery or str(uuid4()),
        "X-GitHub-Hook-ID": "30",
        "X-Hub-Signature-256": sign(SECRET, body),
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return {name: value for name, value in headers.items() if value is not None}


@dataclass(frozen=True)
class Door:
    """Sends deliveries to the door in this process."""

    client: Client

    def send(
        self,
        event: str,
        payload: Any,
        *,
        delivery: str | None = None,
        content_type: str = "application/json",
        **changes: str | None,
    ) -> Any:
        body = to_bytes(payload)
        headers = headers_for(event, body, delivery=delivery, **changes)
        return self.client.generic(
            "POST", PATH, body, headers=headers, CONTENT_TYPE=content_type, CONTENT_LENGTH=str(len(body))
        )


def is_refused(response: Any, status: int, error: str) -> bool:
    """Turned away with this status and name, and nothing stored."""
    stored = WebhookDelivery.objects.count()
    assert (response.status_code, response.json()["error"], stored) == (status, error, 0), response.content
    return bool(response.json()["detail"])
