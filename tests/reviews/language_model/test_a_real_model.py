"""A real model, offline: that the protocol is what we take it for, and that no answer of a weak model does harm.

It is far too small to review anything. What it says is nonsense in good form, or in none: just what must not reach an
author.
"""

import json
from collections.abc import Iterator

import pytest

from integrations.language_model import client
from integrations.language_model.client import AnswerSchema, LanguageModel, Message
from integrations.language_model.errors import PromptTooLong
from reviews.models import ModelCall
from tests.reviews.language_model.asked import change_of, voice_on
from tests.reviews.language_model.smollm2 import CONTEXT_TOKENS, WEIGHTS, real_model

pytestmark = [
    pytest.mark.skipif(not WEIGHTS.exists(), reason=f"needs {WEIGHTS.name} (make test installs it into .venv/model)"),
    pytest.mark.timeout(600),
]

ONE_WORD = AnswerSchema(
    "color",
    {
        "type": "object",
        "properties": {"color": {"enum": ["red", "green"]}},
        "required": ["color"],
        "additionalProperties": False,
    },
)


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    with real_model(tmp_path_factory.mktemp("model") / "server.log") as url:
        yield url


@pytest.fixture
def few_tokens(monkeypatch):
    """It would go on talking for minutes."""
    monkeypatch.setattr(client, "MAX_ANSWER_TOKENS", 96)


def ask(url: str, question: str):
    return LanguageModel(url, "smollm2").ask([Message("user", question)], ONE_WORD, within_seconds=300)


def test_it_answers_in_the_form_asked_for_and_its_tokens_are_counted(url, few_tokens):
    completion = ask(url, "What is the color of grass? Answer as JSON.")
    assert json.loads(completion.text)["color"] in {"red", "green"}
    assert completion.input_tokens
    assert completion.output_tokens


def test_it_says_that_a_question_is_too_long(url):
    with pytest.raises(PromptTooLong):
        ask(url, "word " * CONTEXT_TOKENS)


def test_it_says_when_it_is_cut_off(url, monkeypatch):
    monkeypatch.setattr(client, "MAX_ANSWER_TOKENS", 2)
    assert ask(url, "What is the color of grass?").is_cut_off


@pytest.mark.django_db
def test_whatever_it_says_of_a_change_stands_on_an_added_line_or_is_told_as_a_shortfall(
    url, few_tokens, pull, settings
):
    settings.MODEL_URL, settings.MODEL_NAME, settings.MODEL_SECONDS = url, "smollm2", 500
    settings.MODEL_CONTEXT_TOKENS = 2_000
    _, change = change_of(pull)
    voice = voice_on(pull)
    assert all(finding.line in change.files[finding.path].added_lines for finding in voice.findings)
    assert [text.startswith("The language model") for text in voice.shortfalls] in ([], [True])
    calls = ModelCall.objects.all()
    assert calls
    assert all(call.input_tokens > 500 and 0 < call.output_tokens <= 96 for call in calls if not call.error)
