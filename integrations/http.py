"""What our HTTP clients have in common: whom a secret may be shown to, how much is read, when to come back."""

import time
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from telemetry import tracing
from telemetry.tracing import Kind, Span

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class BodyTooLarge(Exception):
    """The body is larger than is read, or its size cannot be told before it is unpacked."""


def checked_base_url(base_url: str, *, of: str) -> str:
    """The base URL without a trailing slash. Plain HTTP is for this machine only: a secret travels with it."""
    parts = urlsplit(base_url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError(f"{of}'s base URL must be https://HOST[/PATH], or http:// on this machine.")
    return base_url.rstrip("/")


def is_on_this_machine(base_url: str) -> bool:
    """Then no proxy of the environment has a part in it."""
    return urlsplit(base_url).hostname in LOOPBACK


def client_span(name: str, url: str, *, method: str = "") -> Span:
    """The span of a request: it says where it goes, and nothing of a query or of who asks."""
    parts = urlsplit(url)
    attributes = {"server.address": parts.hostname or "", "url.path": parts.path}
    return tracing.span(
        name, {**attributes, "http.request.method": method} if method else attributes, kind=Kind.CLIENT
    )


def read_capped(response: httpx.Response, *, at_most_bytes: int, within_seconds: float) -> bytes:
    """The body of a streamed response; BodyTooLarge, or httpx.ReadTimeout when it trickles in."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BodyTooLarge("It came compressed, which was not asked for.")
    deadline = time.monotonic() + within_seconds
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > at_most_bytes:
            raise BodyTooLarge(f"More than {at_most_bytes} bytes.")
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("The answer trickled in.")
    return bytes(body)


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """`Retry-After` in seconds, given as a number or as an HTTP date; None when absent or unreadable.

    `headers` must look up names regardless of case, or have them in lower case.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return (parsedate_to_datetime(text) - now).total_seconds()
    except (TypeError, ValueError):
        return None
