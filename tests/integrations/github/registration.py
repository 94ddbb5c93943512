"""A GitHub App of this test run: its id, keys and signature, and a clock that is moved by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

APP_ID = "7"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: PrivateKeyTypes, encryption: KeySerializationEncryption | None = None) -> str:
    """As GitHub gives keys: an RSA key in the old form, when it is not encrypted."""
    form = PrivateFormat.PKCS8 if encryption else PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


_KEY = new_key()
PRIVATE_KEY = pem(_KEY)
PUBLIC_KEY = _KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Clock:
    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self._now

    def pass_by(self, **span: float) -> None:
        self._now += timedelta(**span)


def signature(now: datetime, *, key: str = PRIVATE_KEY, algorithm: str = "RS256", **changed: Any) -> str:
    """Of the App, with these claims changed; None leaves one out."""
    claims = {"iat": now - timedelta(seconds=60), "exp": now + timedelta(minutes=9), "iss": APP_ID, **changed}
    return jwt.encode({name: value for name, value in claims.items() if value}, key, algorithm=algorithm)
