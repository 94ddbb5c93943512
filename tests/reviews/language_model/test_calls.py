"""One paid call: its turn, its slot, its row, against a provider over real HTTP."""

import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from integrations.language_model.client import Message
from integrations.language_model.errors import KeyRefused, LanguageModelError, ModelUnavailable, RateLimited
from jobs import gates, transitions
from jobs.attempts import Attempt
from jobs.errors import LeaseLost
from jobs.models import Gate
from reviews.language_model import calls
from reviews.language_model.calls import Answered, NoTurn, call, our_model
from reviews.models import ModelCall
from tests.integrations.language_model.scripted import endless, silence, status, text

pytestmark = pytest.mark.django_db

Pauses = list[float]


@pytest.fixture
def pauses(monkeypatch) -> Pauses:
    """What was waited, without waiting: the gates come to open as if the time had gone by."""
    waited: Pauses = []

    def pass_time(seconds: float) -> None:
        waited.append(seconds)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE gates SET closed_until = closed_until - make_interval(secs => %s)", [seconds])

    monkeypatch.setattr(calls, "pause", pass_time)
    return waited


@pytest.fixture
def ask(provider, attempt: Attempt, pauses: Pauses) -> Callable[..., Answered]:
    def ask(*, seconds: float = 60, by: Attempt = attempt) -> Answered:
        model = our_model()
        assert model
        return call(by, model, [Message("user", "What is wrong?")], ends_at=time.monotonic() + seconds)

    return ask


def hold_slots(provider, count: int) -> None:
    host = provider.url.removeprefix("http://").removesuffix("/v1")
    for _ in range(count):
        ModelCall.objects.create(provider=host, model="small", held_until=Now() + calls._GRACE)


def figures() -> list[tuple]:
    rows = ModelCall.objects.order_by("pk")
    return [(row.error, row.input_tokens, row.output_tokens, row.cost) for row in rows]


def test_without_both_settings_there_is_no_model(settings):
    for url, name in (("", "small"), ("https://model.test/v1", ""), ("", "")):
        settings.MODEL_URL, settings.MODEL_NAME = url, name
        assert our_model() is None


def test_a_call_is_written_down_with_what_it_cost(provider, ask, attempt, settings):
    settings.MODEL_INPUT_PRICE, settings.MODEL_OUTPUT_PRICE = Decimal("0.50"), Decimal(2)
    provider.says(text("nothing", usage=(30_000, 1_000)))
    assert ask().completion.text == "nothing"
    assert figures() == [("", 30_000, 1_000, Decimal("0.017"))]
    row = ModelCall.objects.get()
    assert (row.job_id, row.model, row.milliseconds is None) == (attempt.job_id, "small", False)


def test_without_prices_a_call_has_tokens_and_no_cost(provider, ask):
    provider.says(text("nothing", usage=(30_000, 1_000)))
    ask()
    assert figures() == [("", 30_000, 1_000, None)]


def test_tokens_nobody_counted_are_not_known_and_not_none(provider, ask, settings):
    settings.MODEL_INPUT_PRICE, settings.MODEL_OUTPUT_PRICE = Decimal("0.50"), Decimal(2)
    provider.says(text("nothing", usage=None))
    ask()
    assert figures() == [("", None, None, None)]


def test_what_a_provider_refuses_costs_nothing_and_what_was_lost_nobody_knows(provider, ask):
    for reply in (status(401), endless):
        provider.says(reply)
        with pytest.raises(LanguageModelError):
            ask()
    assert [row[:3] for row in figures()] == [("KeyRefused", 0, 0), ("AnswerTooLarge", None, None)]


def test_a_call_whose_process_died_with_it_is_still_there(provider, ask, monkeypatch):
    def die(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(our_model(), "ask", die)
    with pytest.raises(KeyboardInterrupt):
        ask()
    assert ModelCall.objects.get().ended_at is None


def test_the_wait_a_provider_asks_for_is_waited_when_it_is_short(provider, ask, pauses):
    provider.says(status(429, Retry_After="7"), text("nothing"))
    assert ask().completion.text == "nothing"
    assert 6.5 < sum(pauses) < 10
    assert [row[0] for row in figures()] == ["RateLimited", ""]


def test_a_longer_wait_is_left_to_the_gate_and_nobody_asks_before(provider, ask, pauses):
    provider.says(status(429, Retry_After="600"), text("nothing"))
    with pytest.raises(RateLimited):
        ask()
    with pytest.raises(NoTurn):
        ask()
    assert (len(provider.asked), sum(pauses) < 10) == (1, True)
    assert 500 < (Gate.objects.get().closed_until - timezone.now()).total_seconds() <= 600


def test_a_second_refusal_to_answer_yet_is_the_last(provider, ask):
    provider.says(status(429, Retry_After="1"))
    with pytest.raises(RateLimited):
        ask()
    assert len(provider.asked) == 2


@pytest.mark.parametrize("code", [500, 502, 503, 529])
def test_a_provider_that_fails_once_is_asked_again(provider, ask, code):
    provider.says(status(code), text("nothing"))
    assert ask().completion.text == "nothing"


def test_a_provider_that_fails_twice_is_left_alone(provider, ask):
    provider.says(status(500))
    with pytest.raises(ModelUnavailable):
        ask()
    assert len(provider.asked) == 2


def test_a_provider_that_fails_five_times_in_a_row_is_not_asked_for_a_while(provider, ask):
    provider.says(status(500))
    for _ in range(4):
        with pytest.raises(LanguageModelError):
            ask()
    assert len(provider.asked) == gates.FAILURES_TO_CLOSE + 1  # the first 15 s are waited for, the next 30 s are not


def test_an_answer_opens_what_failures_had_begun_to_close(provider, ask):
    provider.says(status(500), text("nothing"))
    ask()
    assert Gate.objects.get().failures == 0


def test_what_would_be_refused_again_is_asked_once(provider, ask):
    provider.says(status(401))
    with pytest.raises(KeyRefused):
        ask()
    assert len(provider.asked) == 1


def test_a_free_slot_is_taken_and_given_back(provider, ask, settings):
    settings.MODEL_SLOTS = 2
    hold_slots(provider, 1)
    provider.says(text("nothing"))
    ask()
    ask()
    assert len(provider.asked) == 2


def test_without_a_free_slot_nothing_is_sent(provider, ask, settings, monkeypatch):
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.05)
    settings.MODEL_SLOTS = 2
    hold_slots(provider, 2)
    with pytest.raises(NoTurn, match="slots"):
        ask()
    assert provider.asked == []


def test_a_slot_nobody_gave_back_is_free_after_its_time(provider, ask, settings):
    settings.MODEL_SLOTS = 1
    hold_slots(provider, 1)
    ModelCall.objects.update(held_until=Now())
    provider.says(text("nothing"))
    assert ask().completion.text == "nothing"


def test_slots_of_another_provider_are_not_ours(provider, ask, settings):
    settings.MODEL_SLOTS = 1
    ModelCall.objects.create(provider="model.test", model="small", held_until=Now() + calls._GRACE)
    provider.says(text("nothing"))
    assert ask().completion.text == "nothing"


def test_the_time_of_a_review_is_not_spent_on_a_provider_that_says_nothing(provider, ask):
    provider.says(silence)
    with pytest.raises(LanguageModelError):
        ask(seconds=0.5)


def test_a_cancelled_review_asks_no_more(provider, ask, attempt, monkeypatch):
    def cancelled_meanwhile(_seconds: float) -> None:
        transitions.cancel(attempt.job_id, actor="mona", reason="enough")
        attempt.renew(60)  # the heartbeat learns it

    monkeypatch.setattr(calls, "pause", cancelled_meanwhile)
    provider.says(status(429, Retry_After="7"), text("nothing"))
    with pytest.raises(LeaseLost):
        ask()
    assert len(provider.asked) == 1
