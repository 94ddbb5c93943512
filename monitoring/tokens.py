"""API tokens: made once, shown once, kept as a hash.

    kq_ + 32 random bytes in base64url + a checksum of eight characters

so that a scanner that knows the form finds a leaked one, and tells it from what only looks alike. The hash is plain
SHA-256: there is nothing to guess in 256 random bits, and a slow hash would only make every request slow.
"""

import hashlib
import re
import secrets
import zlib
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from monitoring.access import Caller, Scope
from monitoring.models import ApiToken

PREFIX = "kq_"
FORM = re.compile(r"kq_([A-Za-z0-9_-]{43})([0-9a-f]{8})")
MOST_DAYS = 366
_SHOWN = 9
_USED_AT_MOST_EACH = timedelta(minutes=1)


class TokenUnknown(Exception):
    """This token is not valid: it is unknown, has expired or was revoked."""

    permanent = True


def make_token(
    name: str, scopes: Collection[Scope], *, created_by: str, days: int, organization: str = ""
) -> tuple[ApiToken, str]:
    """The stored token, and its text, which nobody can show again."""
    secret = secrets.token_urlsafe(32)
    text = f"{PREFIX}{secret}{_checksum(secret)}"
    token = ApiToken.objects.create(
        name=name,
        prefix=text[:_SHOWN],
        sha256=_hash(text),
        scopes=sorted(scopes),
        organization=organization,
        created_by=created_by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, text


def caller_with(text: str) -> Caller:
    """Whoever holds this token. Raises TokenUnknown."""
    form = FORM.fullmatch(text)
    if not form or form[2] != _checksum(form[1]):
        raise TokenUnknown
    token = ApiToken.objects.filter(sha256=_hash(text), revoked_at=None, expires_at__gt=Now()).first()
    if token is None:
        raise TokenUnknown
    _note_use(token)
    return Caller(f"token:{token.name}", frozenset(token.scopes), token.organization)


def revoke(token: ApiToken) -> None:
    """At once: the next request with it is refused."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=Now())


def _note_use(token: ApiToken) -> None:
    """To the minute: a client that polls writes no row each time."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - _USED_AT_MOST_EACH)
    if token.last_used_at is None or timezone.now() - token.last_used_at > _USED_AT_MOST_EACH:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=Now())


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _checksum(secret: str) -> str:
    return f"{zlib.crc32(secret.encode()):08x}"
