"""Bytes to a JSON object, strictly. Pure.

UTF-8 only, no byte order mark, no NaN or Infinity, nested at most 64 deep, the root an object. Of a key given twice
the last one counts, as everywhere in Python. Only what is read out later is checked for size and form (payloads.py).
"""

import json
from typing import Any, NoReturn

from webhooks.errors import PayloadInvalid

MAX_DEPTH = 64

_AS_ROUND = bytes.maketrans(b"{[]}", b"(())")
_NEITHER_BRACKET_NOR_QUOTE = bytes(set(range(256)) - set(b'{[]}"'))


def decode(body: bytes) -> dict[str, Any]:
    """The object in the body; PayloadInvalid says what is wrong with it."""
    if is_deeper_than(MAX_DEPTH, body):
        raise PayloadInvalid(f"The JSON is nested more than {MAX_DEPTH} deep.")
    try:
        root = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as exc:
        raise PayloadInvalid(f"The body is not UTF-8 (byte {exc.start}).") from exc
    except (ValueError, RecursionError) as exc:
        raise PayloadInvalid(f"The body is not JSON: {exc}."[:300]) from exc
    if not isinstance(root, dict):
        raise PayloadInvalid("The body's root is not a JSON object.")
    return root


def is_deeper_than(limit: int, body: bytes) -> bool:
    """Whether brackets outside of strings nest deeper, told before any parser recurses into them.

    Each pass takes away the innermost pairs, so a body of depth n is empty after n passes, all of them in C.
    """
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    marks = body.translate(_AS_ROUND, _NEITHER_BRACKET_NOR_QUOTE)
    left = b"".join(marks.split(b'"')[::2])
    too_many = b"(" * (limit + 1)
    for _ in range(limit):
        before, left = left, left.replace(b"()", b"")
        if left == before or too_many in left:
            break
    return b"()" in left or too_many in left


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
