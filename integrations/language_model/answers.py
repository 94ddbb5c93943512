"""An answer of a provider: a completion, or an error that says what a refusal means. Pure.

Providers differ in what they add and leave out, so only what is used is looked at.
https://platform.openai.com/docs/api-reference/chat/object
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from integrations.http import retry_after_seconds
from integrations.language_model.errors import (
    AnswerUnreadable,
    FormRefused,
    KeyRefused,
    LanguageModelError,
    ModelUnavailable,
    PromptTooLong,
    RateLimited,
    RedirectRefused,
    RequestRefused,
)

UNNAMED_WAIT_SECONDS = 60.0
SHORTEST_WAIT_SECONDS = 1.0
#: A reset further away is a broken clock, or a quota that an operator has to look at before.
LONGEST_WAIT_SECONDS = 3600.0
_MAX_DETAIL = 300
_MAX_TOKENS = 2**31 - 1
#: What OpenAI, vLLM and llama.cpp call a question that is longer than the model's context.
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"})
_UNAVAILABLE_BELOW_500 = frozenset({408, 409, 425})
_KEY_REFUSALS = frozenset({401, 403})
_TOO_MANY, _PAYLOAD_TOO_LARGE = 429, 413
_FORM_REFUSALS = frozenset({400, 422})


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model said. `is_cut_off`: it had more to say. Tokens are None where the provider did not count."""

    text: str
    is_cut_off: bool
    input_tokens: int | None
    output_tokens: int | None


@dataclass(frozen=True, slots=True)
class _Message:
    content: str | None = None


@dataclass(frozen=True, slots=True)
class _Choice:
    message: _Message
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Completed:
    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: Any = None


_COMPLETED = TypeAdapter(_Completed)


def completion(body: bytes) -> Completion:
    """The completion in an answer that says yes. AnswerUnreadable when there is none."""
    try:
        completed = _COMPLETED.validate_json(body)
    except ValidationError as error:
        places = {".".join(map(str, found["loc"])) or "the whole" for found in error.errors(include_url=False)}
        raise AnswerUnreadable(f"Not as expected: {', '.join(sorted(places))}.") from None
    choice = completed.choices[0]
    return Completion(
        text=choice.message.content or "",
        is_cut_off=choice.finish_reason == "length",
        input_tokens=_count(completed.usage, "prompt_tokens"),
        output_tokens=_count(completed.usage, "completion_tokens"),
    )


def _count(usage: Any, name: str) -> int | None:
    """A strange figure is no reason to throw away an answer."""
    counted = usage.get(name) if isinstance(usage, dict) else None
    return counted if type(counted) is int and 0 <= counted <= _MAX_TOKENS else None


def refusal(status: int, headers: Mapping[str, str], body: bytes, *, gate: str, now: datetime) -> LanguageModelError:
    """The error that an answer outside 2xx stands for. `headers` must look up names regardless of case."""
    said = _said(body)
    detail = f"It answered {status}{f' ({_told(said)})' if _told(said) else ''}."
    wait = retry_after_seconds(headers, now=now)
    if status == _TOO_MANY or (status >= 500 and wait is not None):  # noqa: PLR2004 - HTTP's own number
        return RateLimited(detail, retry_after=_bounded(wait), gate=gate)
    if status >= 500 or status in _UNAVAILABLE_BELOW_500:  # noqa: PLR2004 - HTTP's own number
        return ModelUnavailable(detail, gate=gate)
    if status in _KEY_REFUSALS:
        return KeyRefused(detail)
    if status == _PAYLOAD_TOO_LARGE or not _TOO_LONG.isdisjoint(map(str, (said.get("code"), said.get("type")))):
        return PromptTooLong(detail)
    if 300 <= status < 400:  # noqa: PLR2004 - HTTP's own numbers
        return RedirectRefused(detail)
    return FormRefused(detail) if status in _FORM_REFUSALS else RequestRefused(detail)


def _bounded(wait: float | None) -> float:
    return min(max(UNNAMED_WAIT_SECONDS if wait is None else wait, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)


def _said(body: bytes) -> Mapping[str, Any]:
    """The object `error` of the answer, which is what most providers send."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return {}
    return error if isinstance(error, dict) else {"message": error}


def _told(said: Mapping[str, Any]) -> str:
    message = said.get("message")
    return " ".join(message.split())[:_MAX_DETAIL] if isinstance(message, str) else ""
