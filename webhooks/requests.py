"""What a request must be before its body is looked at: method, size, content type; then the body, whole."""

import re

from django.http import HttpRequest

from webhooks.errors import BodyTooLarge, ContentTypeUnsupported, LengthRequired, MethodNotAllowed, PayloadInvalid

#: GitHub sends no payload larger than this.
MAX_BODY_BYTES = 25 * 1024 * 1024

_LENGTH = re.compile(r"[0-9]{1,18}")
_UTF8 = frozenset({"", "utf-8", "utf8"})


def body_of(request: HttpRequest) -> bytes:
    """The bytes as they came; DeliveryRefused, before they are read where that can be told."""
    if request.method != "POST":
        raise MethodNotAllowed
    length = _length_of(request)
    _check_content_type(request)
    body = request.body
    if len(body) != length:
        raise PayloadInvalid("The body ended before its announced length.")
    return body


def _length_of(request: HttpRequest) -> int:
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not _LENGTH.fullmatch(announced) or "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthRequired
    if int(announced) > MAX_BODY_BYTES:
        raise BodyTooLarge
    return int(announced)


def _check_content_type(request: HttpRequest) -> None:
    charset = (request.content_params or {}).get("charset", "").lower()
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").lower()
    if request.content_type != "application/json" or charset not in _UTF8 or encoding != "identity":
        raise ContentTypeUnsupported
