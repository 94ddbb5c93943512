"""GitHub's signature: HMAC-SHA256 over the body exactly as it came. Pure.

Verify before anything looks into the body. Several secrets may be active at once, so that one can be exchanged
without losing a delivery.
Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hmac
import re
from collections.abc import Sequence

from webhooks.errors import SignatureInvalid

_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")


def sign(secret: bytes, body: bytes) -> str:
    """The header value GitHub sends for this body."""
    return "sha256=" + hmac.digest(secret, body, "sha256").hex()


def verify(body: bytes, signature: str, *, secrets: Sequence[bytes]) -> None:
    """Raise SignatureInvalid unless one of the secrets made the signature. No secrets: nothing is valid."""
    match = _SIGNATURE.fullmatch(signature)
    if not match:
        raise SignatureInvalid
    claimed = bytes.fromhex(match[1])
    valid = False
    for secret in secrets:
        # Every secret is tried, so that the time taken does not tell which one matched.
        valid |= hmac.compare_digest(claimed, hmac.digest(secret, body, "sha256"))
    if not valid:
        raise SignatureInvalid
