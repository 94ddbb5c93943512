"""One redactor for every sink: logs, history, stored errors, Sentry.

It masks what looks like a credential (by form) and what is one of ours (by value, `remember` them at start).
"""

import re
from collections.abc import Mapping
from typing import Any

MASK = "[redacted]"
#: Six characters of anything shorter would be too much of it.
_LONG = 20

_AFTER_AUTHORIZATION = (
    r"(?i:(?<=authorization: )|(?<=authorization:)|(?<=bearer )|(?<=basic ))"
    r"[A-Za-z0-9._~+/=-]{6,}(?: [A-Za-z0-9._~+/=-]{6,})?"
)
#: Begin where a word begins: asked for together, they cost a text without them next to nothing.
_TOKENS = "|".join(  # noqa: FLY002 - one form a line
    (
        r"kq_[A-Za-z0-9_-]{43}[0-9a-f]{8}",
        r"gl(?:pat|dt|ft|soat|rt|ptt|imt|agent|cbt)-[A-Za-z0-9_-]{20,}",
        r"AIza[A-Za-z0-9_-]{35}",
        r"sk-[A-Za-z0-9_-]{16,}",
        r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
        r"sq0csp-[A-Za-z0-9_-]{40,}",
        r"pypi-A[A-Za-z0-9_-]{50,}",
        r"npm_[A-Za-z0-9]{30,}",
        r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{30,}",
        r"[0-9a-z]{32}-us[0-9]{1,2}\b",
        r"[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}",
        r"[0-9]{8,10}:[A-Za-z0-9_-]{35}",
        r"(?:AC|SK)[0-9a-z]{32}\b",
        r"AKC[A-Za-z0-9]{10,}",
    )
)
_FORMS = re.compile(
    "|".join(
        (
            r"gh[pousr]_[A-Za-z0-9]{20,}",
            r"github_pat_[A-Za-z0-9_]{20,}",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
            r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}",
            r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
            r"sha256=[0-9a-f]{64}",
            r"(?<=AccountKey=)[A-Za-z0-9+/=]{40,}",
            r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9_/]{16,}",
            r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
            rf"\b(?:{_TOKENS})",
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
    return _FORMS.sub(MASK, _without_ours(text))


def redact_with_ends(text: str) -> str:
    """The same for whoever wrote the text, who is to know which credential is meant: its first and last three
    characters stay. Ours are masked whole, and so is what is short, or more than one word.
    """
    return _FORMS.sub(lambda found: _ends(found[0]), _without_ours(text))


def _without_ours(text: str) -> str:
    for secret in _known:
        text = text.replace(secret, MASK)
    return text


def _ends(secret: str) -> str:
    is_token = len(secret) >= _LONG and not re.search(r"[\s:]", secret)
    return f"{secret[:3]}…{secret[-3:]}" if is_token else MASK


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
