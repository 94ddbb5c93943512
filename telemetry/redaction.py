"""One redactor for every sink: logs, history, stored errors, Sentry.

It masks what looks like a credential (by form) and what is one of ours (by value, `remember` them at start).
"""

import re
from collections.abc import Mapping
from typing import Any

MASK = "[redacted]"

_AFTER_AUTHORIZATION = (
    r"(?i:(?<=authorization: )|(?<=authorization:)|(?<=bearer )|(?<=basic ))"
    r"[A-Za-z0-9._~+/=-]{6,}(?: [A-Za-z0-9._~+/=-]{6,})?"
)
_FORMS = re.compile(
    "|".join(  # noqa: FLY002 - one form a line
        (
            r"gh[pousr]_[A-Za-z0-9]{20,}",
            r"github_pat_[A-Za-z0-9_]{20,}",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
            r"(?:AKIA|ASIA)[A-Z0-9]{16}",
            r"\bsk-[A-Za-z0-9_-]{16,}",
            r"xox[abprs]-[A-Za-z0-9-]{10,}",
            r"sha256=[0-9a-f]{64}",
            r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
            _AFTER_AUTHORIZATION,
        )
    ),
    re.DOTALL,
)
_SECRET_KEYS = re.compile(r"(?i)password|secret|token|authorization|private_key|cookie|signature")
_known: set[str] = set()


def remember(*secrets: str) -> None:
    """Mask these exact values from now on. Values shorter than six characters are left alone: they match too much."""
    _known.update(secret for secret in secrets if len(secret) >= 6)  # noqa: PLR2004 - said in the docstring


def redact(text: str) -> str:
    for secret in _known:
        text = text.replace(secret, MASK)
    return _FORMS.sub(MASK, text)


def redact_value(value: Any, *, key: str = "") -> Any:
    """The same as JSON can hold it, with every text in it redacted; texts under telling keys are masked whole.

    What JSON does not know is written as its `repr`, because whoever writes it would do so after this.
    """
    match value:
        case str() | bytes() if key and _SECRET_KEYS.search(key):
            return MASK
        case str():
            return redact(value)
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {redact(str(name)): redact_value(item, key=str(name)) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [redact_value(item, key=key) for item in value]
        case _:
            return redact(repr(value))
