"""The client against a provider over real HTTP, which misbehaves."""

import pytest

from integrations.language_model.answers import LONGEST_WAIT_SECONDS, UNNAMED_WAIT_SECONDS, Completion
from integrations.language_model.client import MAX_ANSWER_BYTES, AnswerSchema, LanguageModel, Message
from integrations.language_model.errors import (
    AnswerLate,
    AnswerTooLarge,
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
from jobs.classification import classify
from jobs.states import ErrorClassification
from tests.integrations.language_model.scripted import (
    broken_off,
    endless,
    raw,
    scripted_model,
    self_signed,
    silence,
    status,
    text,
)

SCHEMA = AnswerSchema("said", {"type": "object"})


def ask(model: LanguageModel, *, within_seconds: float = 10) -> Completion:
    return model.ask([Message("user", "What is wrong?")], SCHEMA, within_seconds=within_seconds)


def error_of(model: LanguageModel) -> LanguageModelError:
    with pytest.raises(LanguageModelError) as raised:
        ask(model)
    return raised.value


def test_a_question_is_answered(provider, model):
    provider.says(text("nothing"))
    assert ask(model) == Completion("nothing", is_cut_off=False, input_tokens=100, output_tokens=20)
    assert (provider.asked[0]["path"], provider.asked[0]["model"]) == ("/v1/chat/completions", "small")
    assert provider.asked[0]["messages"] == [{"role": "user", "content": "What is wrong?"}]


def test_the_key_is_shown_to_the_provider_and_to_nobody_who_prints_the_client(provider, model):
    provider.says(text("nothing"))
    ask(model)
    assert provider.headers[0]["authorization"] == "Bearer a-key-of-ours"
    assert "a-key-of-ours" not in f"{model!r} {model._http.headers!r}"


def test_without_a_key_none_is_shown(provider):
    provider.says(text("nothing"))
    ask(LanguageModel(provider.url, "small"))
    assert "authorization" not in provider.headers[0]


def test_the_answer_is_asked_for_by_its_schema(provider, model):
    provider.says(text("{}"))
    ask(model)
    described = {"name": "said", "strict": True, "schema": {"type": "object"}}
    assert provider.asked[0]["response_format"] == {"type": "json_schema", "json_schema": described}


def test_a_provider_that_takes_no_schema_is_asked_without_from_then_on(provider, model):
    provider.says(status(400, "response_format is not supported"), text("{}"))
    ask(model)
    ask(model)
    assert ["response_format" in asked for asked in provider.asked] == [True, False, False]


def test_what_is_refused_in_both_forms_is_refused(provider, model):
    provider.says(status(400, "no such model"))
    assert isinstance(error_of(model), FormRefused)
    assert len(provider.asked) == 2


def test_an_answer_that_was_cut_off_says_so(provider, model):
    provider.says(text('{"remarks": [', finish="length"))
    assert ask(model).is_cut_off


@pytest.mark.parametrize("usage", [None, {}, [], {"prompt_tokens": -1, "completion_tokens": "many"}, "2"])
def test_tokens_that_were_not_counted_are_not_made_up(provider, model, usage):
    provider.says(text("nothing", usage=usage))
    assert (ask(model).input_tokens, ask(model).output_tokens) == (None, None)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (status(401), KeyRefused),
        (status(403), KeyRefused),
        (status(404), RequestRefused),
        (status(402), RequestRefused),
        (status(413), PromptTooLong),
        (status(400, kind="context_length_exceeded"), PromptTooLong),
        (status(400, kind="exceed_context_size_error"), PromptTooLong),
        (status(307, Location="https://evil.test/v1/chat/completions"), RedirectRefused),
        (endless, AnswerTooLarge),
        (raw(b"{}", Content_Encoding="gzip"), AnswerTooLarge),
    ],
)
def test_what_would_be_refused_again_is_permanent(provider, model, reply, kind):
    provider.says(reply)
    error = error_of(model)
    assert (type(error), classify(error).classification) == (kind, ErrorClassification.PERMANENT)


@pytest.mark.parametrize("reply", [status(500), status(502), status(503), status(408), broken_off])
def test_a_provider_that_fails_may_be_asked_again_and_names_its_gate(provider, model, reply):
    provider.says(reply)
    error = error_of(model)
    assert (type(error), error.gate, error.permanent) == (ModelUnavailable, model.gate, False)


def test_a_provider_that_is_not_there_is_unavailable(provider):
    model = LanguageModel("http://127.0.0.1:1/v1", "small")
    assert isinstance(error_of(model), ModelUnavailable)


def test_a_provider_that_says_nothing_is_late(provider, model):
    provider.says(silence)
    with pytest.raises(AnswerLate):
        ask(model, within_seconds=0.2)


@pytest.mark.parametrize(
    ("code", "headers", "wait"),
    [
        (429, {"Retry_After": "7"}, 7),
        (429, {}, UNNAMED_WAIT_SECONDS),
        (429, {"Retry_After": "soon"}, UNNAMED_WAIT_SECONDS),
        (429, {"Retry_After": "999999999"}, LONGEST_WAIT_SECONDS),
        (429, {"Retry_After": "Thu, 01 Jan 1970 00:00:00 GMT"}, 1),
        (503, {"Retry_After": "9"}, 9),
    ],
)
def test_a_provider_that_asks_to_wait_says_how_long(provider, model, code, headers, wait):
    provider.says(status(code, "slow down", **headers))
    error = error_of(model)
    assert (type(error), error.retry_after, error.gate) == (RateLimited, wait, model.gate)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<html>", b"[]", b"{}", b"\xff", b"[" * 100_000),
        *(b'{"choices": []}', b'{"choices": [{}]}', b'{"choices": [{"message": {"content": 7}}]}'),
        b'{"choices": [{"message": {"content": "\\ud800"}}]}',
    ],
)
def test_a_yes_without_a_completion_is_unreadable(provider, model, body):
    provider.says(raw(body))
    assert isinstance(error_of(model), AnswerUnreadable)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"error": "no"}', b'{"error": {"message": 7}}', b"\xff"])
def test_a_refusal_in_any_words_is_a_refusal(provider, model, body):
    provider.says(lambda handler: handler.answer(404, body))
    assert isinstance(error_of(model), RequestRefused)


def test_no_refusal_tells_more_than_a_line(provider, model):
    provider.says(status(404, "no\n" * 10_000))
    assert len(str(error_of(model))) < 500


def test_an_answer_as_large_as_is_read_is_read(provider, model):
    provider.says(text("a" * (MAX_ANSWER_BYTES - 1_000)))
    assert len(ask(model).text) == MAX_ANSWER_BYTES - 1_000


@pytest.mark.parametrize("url", ["http://model.example/v1", "ftp://x", "https://user:pw@host/v1", "model", ""])
def test_the_key_travels_encrypted_or_not_at_all(url):
    with pytest.raises(ValueError, match="base URL"):
        LanguageModel(url, "small", "a-key-of-ours")


def test_a_key_that_no_header_can_carry_is_refused_at_once():
    with pytest.raises(ValueError, match="ascii"):
        LanguageModel("https://model.test/v1", "small", "schlüssel")


def test_a_certificate_nobody_vouches_for_is_not_trusted(tmp_path):
    with scripted_model(certificate=self_signed(tmp_path)) as provider:
        provider.says(text("nothing"))
        assert isinstance(error_of(LanguageModel(provider.url, "small", "a-key-of-ours")), ModelUnavailable)
        assert provider.asked == []
