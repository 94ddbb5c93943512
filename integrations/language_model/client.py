"""One question to a language model, within limits: one address, no redirects, a deadline, a cap on what is read.

A question is sent once. Whether it is sent again, and when, is decided where a review waits for it; the one exception
costs nothing: a provider that refuses the newer form of the request (a JSON schema for the answer) is asked in the
older one, and from then on in that only.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
import structlog

from integrations.http import BodyTooLarge, checked_base_url, client_span, is_on_this_machine, read_capped
from integrations.language_model.answers import Completion, completion, refusal
from integrations.language_model.errors import AnswerLate, AnswerTooLarge, FormRefused, ModelUnavailable

CONNECT_SECONDS = 5.0
MAX_ANSWER_BYTES = 1024 * 1024
#: What a few findings take, and what a model that reasons first may use up before them.
MAX_ANSWER_TOKENS = 8_192
_LEAST_SECONDS = 0.1
_OK = 200
_HEADERS = {
    "Accept": "application/json",
    # Uncompressed, so the cap on what is read is a cap on what is held.
    "Accept-Encoding": "identity",
    "User-Agent": "kodus-queue",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class AnswerSchema:
    """What the answer must look like: a JSON schema, and the name it goes by."""

    name: str
    schema: Mapping[str, Any] = field(repr=False)


class LanguageModel:
    """The model `name` at `base_url` ("https://api.openai.com/v1"). Threads may share it.

    ValueError for a URL by which the key would travel unencrypted, and for a key that no header can carry.
    """

    def __init__(
        self, base_url: str, name: str, key: str = "", *, transport: httpx.BaseTransport | None = None
    ) -> None:
        base_url = checked_base_url(base_url, of="The language model")
        self.name = name
        self.provider = urlsplit(base_url).netloc
        self._takes_schema = True
        self._http = httpx.Client(
            base_url=base_url,
            headers={**_HEADERS, **({"Authorization": f"Bearer {key}"} if key else {})},
            follow_redirects=False,
            transport=transport,
            trust_env=not is_on_this_machine(base_url),
        )

    def __repr__(self) -> str:
        return f"LanguageModel({self.name!r} at {self.provider!r})"

    @property
    def gate(self) -> str:
        return f"model:{self.provider}"

    def close(self) -> None:
        self._http.close()

    def ask(self, messages: Sequence[Message], schema: AnswerSchema, *, within_seconds: float) -> Completion:
        """What the model says to this conversation. Raises LanguageModelError."""
        ends_at = time.monotonic() + within_seconds
        asked = {"model": self.name, "messages": [{"role": each.role, "content": each.content} for each in messages]}
        if self._takes_schema:
            try:
                return self._answer({**asked, **_newer(schema)}, ends_at)
            except FormRefused as error:
                log.info("language_model.schema_refused", model=self.name, error=str(error))
        answer = self._answer({**asked, "max_tokens": MAX_ANSWER_TOKENS}, ends_at)
        self._takes_schema = False
        return answer

    def _answer(self, body: Mapping[str, Any], ends_at: float) -> Completion:
        with client_span(f"chat {self.name}", str(self._http.base_url), method="POST") as span:
            span.note({"gen_ai.operation.name": "chat", "gen_ai.request.model": self.name})
            status, headers, content = self._sent(body, ends_at)
            span.note({"http.response.status_code": status})
            if status != _OK:
                raise refusal(status, headers, content, gate=self.gate, now=datetime.now(UTC))
            answer = completion(content)
            span.note(_usage(answer))
            return answer

    def _sent(self, body: Mapping[str, Any], ends_at: float) -> tuple[int, httpx.Headers, bytes]:
        left = max(ends_at - time.monotonic(), _LEAST_SECONDS)
        timeout = httpx.Timeout(left, connect=min(CONNECT_SECONDS, left))
        try:
            with self._http.stream("POST", "chat/completions", json=body, timeout=timeout) as response:
                left = max(ends_at - time.monotonic(), _LEAST_SECONDS)
                content = read_capped(response, at_most_bytes=MAX_ANSWER_BYTES, within_seconds=left)
                return response.status_code, response.headers, content
        except httpx.TimeoutException as error:
            raise AnswerLate(f"{type(error).__name__}.", gate=self.gate) from error
        except httpx.TransportError as error:
            raise ModelUnavailable(f"{type(error).__name__}.", gate=self.gate) from error
        except BodyTooLarge as error:
            raise AnswerTooLarge(str(error)) from error


def _usage(answer: Completion) -> dict[str, int]:
    """What the provider counted, where it says so."""
    counted = {"gen_ai.usage.input_tokens": answer.input_tokens, "gen_ai.usage.output_tokens": answer.output_tokens}
    return {name: tokens for name, tokens in counted.items() if tokens is not None}


def _newer(schema: AnswerSchema) -> dict[str, Any]:
    described = {"name": schema.name, "strict": True, "schema": schema.schema}
    return {
        "response_format": {"type": "json_schema", "json_schema": described},
        "max_completion_tokens": MAX_ANSWER_TOKENS,
    }
