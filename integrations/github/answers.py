"""An answer of GitHub, and what a refusal means. Pure: status, headers and body in, an error out."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import httpx

from integrations.github.errors import (
    DEFAULT_GATES,
    CredentialsRefused,
    Forbidden,
    Gates,
    GitHubError,
    GitHubUnavailable,
    NotFound,
    OutcomeUnknown,
    PayloadShapeUnexpected,
    RateLimited,
    RequestRefused,
    ValidationFailed,
)
from integrations.github.rate_limit import seconds_to_wait
from integrations.github.shapes import optional

_REFUSALS: dict[int, type[RequestRefused]] = {
    401: CredentialsRefused,
    403: Forbidden,
    404: NotFound,
    410: NotFound,
}
_NEXT = re.compile(r'<([^<>]*)>[^<>]*;\s*rel="?next"?')
MAX_DETAIL_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Answer:
    method: str
    path: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers

    @property
    def has_next_page(self) -> bool:
        return self._next_link is not None

    @property
    def next_cursor(self) -> str:
        """Where the next page begins of a list that has no page numbers; "" for one that has."""
        query = (self._next_link or "").partition("?")[2].partition("#")[0]
        return parse_qs(query).get("cursor", [""])[0]

    @property
    def _next_link(self) -> str | None:
        found = _NEXT.search(self.headers.get("link", ""))
        return found[1] if found else None

    def payload(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise PayloadShapeUnexpected(f"{self.method} {self.path} answered no JSON.") from error


def refusal(answer: Answer, *, now: datetime, gates: Gates = DEFAULT_GATES) -> GitHubError:
    """The error an answer outside 2xx stands for. A failing server leaves the outcome of a write unknown."""
    payload = _payload_if_any(answer)
    detail = _detail(answer, payload)
    wait = seconds_to_wait(answer.status, answer.headers, payload, now=now)
    if wait is not None:
        used_up = answer.headers.get("x-ratelimit-remaining") == "0"
        return RateLimited(detail, retry_after=wait, gate=gates.credential, used_up=used_up)
    if answer.status >= 500 or answer.status == 408:  # noqa: PLR2004 - HTTP's own numbers
        failed = GitHubUnavailable if answer.method == "GET" else OutcomeUnknown
        return failed(detail, gate=gates.host)
    if answer.status == 422:  # noqa: PLR2004 - HTTP's own number
        return ValidationFailed(detail, errors=_errors(payload))
    return _REFUSALS.get(answer.status, RequestRefused)(detail)


def _payload_if_any(answer: Answer) -> Any:
    try:
        return answer.payload()
    except PayloadShapeUnexpected:
        return None


def _detail(answer: Answer, payload: Any) -> str:
    said = "; ".join(filter(None, [optional(payload, "message", str, ""), *_errors(payload)]))
    request_id = answer.headers.get("x-github-request-id", "")
    return " ".join(
        filter(
            None,
            [
                f"{answer.method} {answer.path} answered {answer.status}",
                f"({said[:MAX_DETAIL_LENGTH]})" if said else "",
                f"[request {request_id}]" if request_id else "",
            ],
        )
    )


def _errors(payload: Any) -> tuple[str, ...]:
    return tuple(_error_text(error) for error in optional(payload, "errors", list, []))


def _error_text(error: Any) -> str:
    """GitHub gives a text, or an object of resource, field, code and sometimes message."""
    if isinstance(error, dict):
        parts = (optional(error, key, str, "") for key in ("resource", "field", "code", "message"))
        return " ".join(filter(None, parts))
    return str(error)
