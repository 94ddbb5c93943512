"""The language model's voice in a review, with a provider over real HTTP that says what it is told to."""

from dataclasses import asdict

import pytest

from reviews.analyzers import Analyzer, AnalyzerFailed
from reviews.findings import Finding, Severity
from reviews.language_model import calls, masking
from reviews.language_model.asking import AGAIN, NOT_BEFORE
from reviews.models import ModelCall
from tests.integrations.language_model.scripted import (
    broken_off,
    endless,
    raw,
    remarks,
    silence,
    status,
    text,
)
from tests.reviews.configuration.levelled import together
from tests.reviews.language_model.asked import voice_on
from tests.reviews.parts import HEAD

pytestmark = pytest.mark.django_db

REMARK = {
    "path": "shop/prices.py",
    "line": 6,
    "code": "    return rate * price",
    "kind": "bug",
    "severity": "high",
    "message": "`rate` is not defined.",
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(calls, "pause", lambda _seconds: None)


def test_what_the_model_says_of_an_added_line_is_a_finding(provider, pull):
    provider.says(remarks(REMARK))
    voice = voice_on(pull)
    assert [(finding.rule, finding.line) for finding in voice.findings] == [("model:bug", 6)]
    assert voice.shortfalls == ()


def test_where_none_is_set_nobody_is_asked(provider, pull, settings):
    settings.MODEL_URL = ""
    assert voice_on(pull).shortfalls == ()
    assert provider.asked == []


def test_a_repository_can_keep_its_code_from_the_model(provider, pull):
    configuration = asdict(together(repository="language_model: off").configuration)
    assert voice_on(pull, configuration=configuration).shortfalls == ()
    assert provider.asked == []


def test_a_repository_cannot_say_where_its_code_is_sent(provider, pull):
    configuration = together(repository="language_model: https://evil.test/v1").configuration
    assert voice_on(pull, configuration=asdict(configuration)).findings == ()
    assert provider.asked == []


def test_what_is_known_of_a_line_is_not_told_again(provider, pull):
    provider.says(remarks(REMARK))
    known = Finding("ruff:F821", "shop/prices.py", 6, 6, Severity.HIGH, "Undefined name `rate`")
    assert voice_on(pull, known=(known,)).findings == ()


def test_each_call_says_what_came_of_it(provider, pull):
    provider.says(remarks(REMARK, {**REMARK, "line": 99}))
    voice_on(pull)
    row = ModelCall.objects.get()
    assert (row.findings, row.dropped) == (1, {"not on an added line that was shown": 1})


def test_an_answer_of_no_use_is_asked_for_once_more_with_what_is_wrong(provider, pull):
    provider.says(text("Looks good to me!"), remarks(REMARK))
    assert len(voice_on(pull).findings) == 1
    first, again = provider.asked
    assert again["messages"][:2] == first["messages"]
    assert [message["role"] for message in again["messages"]] == ["system", "user", "assistant", "user"]
    assert "no JSON object" in again["messages"][3]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        text("Looks good to me!"),
        text('{"remarks": [', finish="length"),
        text(None),
        remarks({**REMARK, "line": 99}),
        remarks({**REMARK, "severity": "apocalyptic"}),
        remarks(*[{**REMARK, "message": "a" * 10_000}] * 50),
    ],
)
def test_a_second_answer_of_no_use_is_the_last_and_a_shortfall(provider, pull, reply):
    provider.says(reply)
    voice = voice_on(pull)
    assert (voice.findings, len(provider.asked)) == ((), 2)
    assert voice.shortfalls == (
        f"The language model said nothing that stands, twice (`small`): what it looks for was not checked. {AGAIN}",
    )


@pytest.mark.parametrize(
    ("reply", "summary", "what_now"),
    [
        (status(500), "The language model's provider could not be reached or failed", AGAIN),
        (status(429, Retry_After="3000"), "The language model's provider asked to wait", AGAIN),
        (broken_off, "The language model's provider could not be reached or failed", AGAIN),
        (raw(b"<html>"), "The language model's provider answered something that is no completion", AGAIN),
        (endless, "The language model's answer was larger than is read", NOT_BEFORE),
        (status(401), "The language model's provider does not accept the key", NOT_BEFORE),
        (status(413), "The question was longer than the language model reads", NOT_BEFORE),
        (status(404), "The language model's provider refused the request", NOT_BEFORE),
        (
            status(302, Location="http://127.0.0.1:1/"),
            "The language model's provider pointed to another address; none is followed",
            NOT_BEFORE,
        ),
    ],
)
def test_a_model_that_fails_is_a_shortfall_that_says_why_and_what_now(provider, pull, reply, summary, what_now):
    provider.says(reply)
    voice = voice_on(pull)
    assert voice.findings == ()
    assert voice.shortfalls == (f"{summary} (`small`): what it looks for was not checked. {what_now}",)


def test_a_model_whose_gate_is_closed_is_not_asked_and_a_shortfall(provider, pull):
    provider.says(status(429, Retry_After="3000"))
    voice_on(pull)
    assert "was not to be had in time (`small`)" in voice_on(pull).shortfalls[0]
    assert len(provider.asked) == 1


def test_a_model_that_is_late_is_a_shortfall(provider, pull, settings):
    settings.MODEL_SECONDS = 1
    provider.says(silence)
    (shortfall,) = voice_on(pull).shortfalls
    assert shortfall.startswith(("The language model did not answer in time", "The language model was not to be had"))


def test_what_a_provider_says_in_a_refusal_is_not_told_to_authors(provider, pull):
    provider.says(status(401, "key of mona@example.com at http://internal:8000 is no good"))
    assert "mona" not in voice_on(pull).shortfalls[0]


def test_without_a_look_for_credentials_nothing_is_sent(provider, pull, monkeypatch):
    def crash(_files):
        raise AnalyzerFailed("detect-secrets", "did not end within 60 s")

    monkeypatch.setattr(masking, "SECRETS", Analyzer("detect-secrets", lambda _path: True, crash))
    (shortfall,) = voice_on(pull).shortfalls
    assert (provider.asked, "credentials" in shortfall) == ([], True)


def test_a_credential_in_the_change_does_not_leave(provider, open_pull):
    token = "xoxb-" + "123456789012-123456789012-abcdefghijklmnopqrstuvwx"
    provider.says(remarks())
    voice_on(open_pull({"shop/new.py": f'token = "{token}"\nx = 1\n'}))
    assert (token in provider.sent(), "x = 1" in provider.sent()) == (False, True)


def large(paths: int) -> dict[str, str]:
    return {f"shop/large{number}.py": "x = 1\n" * 250 for number in range(paths)}


def test_a_larger_change_is_asked_about_in_parts(provider, open_pull, settings):
    settings.MODEL_CONTEXT_TOKENS = 4_000
    provider.says(remarks())
    assert voice_on(open_pull(large(3))).shortfalls == ()
    assert [body["messages"][1]["content"].count("changed file") for body in provider.asked] == [1, 1, 1]


def test_what_was_answered_stands_when_a_later_question_has_no_answer(provider, open_pull, settings):
    settings.MODEL_CONTEXT_TOKENS = 4_000
    first = {**REMARK, "path": "shop/large0.py", "line": 1, "code": "x = 1"}
    provider.says(remarks(first), status(401))
    voice = voice_on(open_pull(large(3)))
    assert [finding.path for finding in voice.findings] == ["shop/large0.py"]
    assert "what it looks for was not checked in 2 of the files." in voice.shortfalls[0]


def test_a_change_that_does_not_fit_is_told_as_a_shortfall(provider, open_pull, settings):
    settings.MODEL_CONTEXT_TOKENS = 4_000
    provider.says(remarks())
    assert voice_on(open_pull(large(6))).shortfalls == (
        "The language model (`small`) was not shown all of the change: 2 of 6 files did not fit.",
    )
    assert len(provider.asked) == 4


def test_a_change_that_adds_nothing_is_not_asked_about(provider, open_pull):
    assert voice_on(open_pull({"shop/cart.py": "from shop.prices import total\n"})).shortfalls == ()
    assert provider.asked == []


def test_the_graph_around_the_change_is_sent(provider, pull):
    provider.says(remarks())
    voice_on(pull, graph=True)
    assert "return total(cart.items)" in provider.sent()
    assert HEAD["shop/prices.py"].splitlines()[0] in provider.sent()
