"""JSON text that PostgreSQL's jsonb accepts: no NUL, no lone surrogates, no NaN."""

import json
from typing import Any

NUL_MARK = "\N{SYMBOL FOR NULL}"


def json_text(value: Any) -> str:
    return json.dumps(clean(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def clean(value: Any) -> Any:
    """The same value with every text in it storable: what cannot be stored is replaced, never dropped."""
    match value:
        case str():
            return clean_text(value)
        case dict():
            return {clean_text(str(key)): clean(item) for key, item in value.items()}
        case list() | tuple():
            return [clean(item) for item in value]
        case _:
            return value


def clean_text(text: str) -> str:
    return text.replace("\0", NUL_MARK).encode("utf-8", "replace").decode("utf-8")
