"""One paid call to the language model: take a turn, ask, write down what it cost.

A turn is two things: the provider's gate is open (jobs/gates.py), and one of its slots is free. The row of the call is
the slot, taken before anything is sent and given back when the answer is there; a process that dies with it keeps it
until `held_until`. Turns are waited for in place, and shortly: a model is not worth a worker.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from integrations.language_model.answers import Completion
from integrations.language_model.client import LanguageModel, Message
from integrations.language_model.errors import LanguageModelError, RateLimited, RequestRefused
from jobs import gates
from jobs.attempts import Attempt
from jobs.classification import classify
from reviews.language_model.remarks import SCHEMA, Heard
from reviews.models import ModelCall
from telemetry import counters
from telemetry.redaction import redact

log = structlog.get_logger(__name__)

#: How long a turn is waited for.
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 1.0
#: After a failure of the provider, before the one other try.
PAUSE_SECONDS = 1.0
TRIES = 2
MAX_NAME = 200
#: What a call may take beyond its time, to be written down.
_GRACE = timedelta(seconds=30)
#: What a provider says no to, it does not charge.
_FREE = (RequestRefused, RateLimited)
_MILLION = Decimal(1_000_000)


class NoTurn(LanguageModelError):
    """The language model was not to be had in time."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer and the row of its call."""

    completion: Completion
    call: ModelCall


def our_model() -> LanguageModel | None:
    """The model of the settings, one client per process; None when there is none."""
    if not (settings.MODEL_URL and settings.MODEL_NAME):
        return None
    return _client(settings.MODEL_URL, settings.MODEL_NAME, settings.MODEL_KEY)


def call(attempt: Attempt, model: LanguageModel, messages: list[Message], *, ends_at: float) -> Answered:
    """The answer, at the second try if need be. Raises LanguageModelError.

    `ends_at` is on the clock of `time.monotonic`. Between its steps it raises what `attempt.check` raises.
    """
    for tries_left in reversed(range(TRIES)):
        row = _turn(attempt, model, ends_at)
        try:
            return _asked(model, messages, row, ends_at)
        except LanguageModelError as error:
            log.warning("language model failed", model=model.name, error=str(error))
            gates.told_of(classify(error), reason=redact(str(error)))
            if error.permanent or not tries_left or (error.retry_after or 0) > PATIENCE_SECONDS:
                raise
        pause(PAUSE_SECONDS)
    raise AssertionError("the last try returns or raises")


def note(answered: Answered, heard: Heard) -> None:
    """Keep what came of the answer beside what it cost."""
    ModelCall.objects.filter(pk=answered.call.pk).update(findings=len(heard.findings), dropped=dict(heard.dropped))


def pause(seconds: float) -> None:
    time.sleep(seconds)


def _turn(attempt: Attempt, model: LanguageModel, ends_at: float) -> ModelCall:
    """The row of a call that may be made now. Raises NoTurn."""
    gives_up_at = min(time.monotonic() + PATIENCE_SECONDS, ends_at)
    while True:
        attempt.check()
        closed_for, left = gates.closed_for(model.gate), gives_up_at - time.monotonic()
        if left <= closed_for:
            raise NoTurn(f"Its gate is closed for {closed_for:.0f} s." if closed_for else "All its slots are taken.")
        row = None if closed_for else _slot(attempt, model, ends_at)
        if row:
            return row
        pause(min(POLL_SECONDS, closed_for or POLL_SECONDS))


def _slot(attempt: Attempt, model: LanguageModel, ends_at: float) -> ModelCall | None:
    """A row of its own in the table, when there are fewer calls under way than slots."""
    held = timedelta(seconds=max(ends_at - time.monotonic(), 0)) + _GRACE
    with transaction.atomic():
        with connection.cursor() as cursor:  # two that count at once would both find the last one free
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"slots of {model.gate}"])
        running = ModelCall.objects.filter(provider=model.provider, ended_at=None, held_until__gt=Now())
        if running.count() >= settings.MODEL_SLOTS:
            return None
        return ModelCall.objects.create(
            job_id=attempt.job_id, provider=model.provider, model=model.name[:MAX_NAME], held_until=Now() + held
        )


def _asked(model: LanguageModel, messages: list[Message], row: ModelCall, ends_at: float) -> Answered:
    started = time.monotonic()
    try:
        completion = model.ask(messages, SCHEMA, within_seconds=ends_at - started)
    except LanguageModelError as error:
        _end(row, started, tokens=(0, 0) if isinstance(error, _FREE) else (None, None), error=type(error).__name__)
        raise
    _end(row, started, tokens=(completion.input_tokens, completion.output_tokens))
    gates.note_success([model.gate])
    return Answered(completion, row)


def _end(row: ModelCall, started: float, *, tokens: tuple[int | None, int | None], error: str = "") -> None:
    given, said = tokens
    seconds, cost = time.monotonic() - started, _cost(given, said)
    ModelCall.objects.filter(pk=row.pk).update(
        ended_at=Now(),
        milliseconds=int(seconds * 1_000),
        error=error,
        input_tokens=given,
        output_tokens=said,
        cost=cost,
    )
    counters.MODEL_CALLS.add(row.model, error or "answered")
    counters.MODEL_SECONDS.observe(seconds, row.model)
    counters.MODEL_TOKENS.add(row.model, "input", amount=given or 0)
    counters.MODEL_TOKENS.add(row.model, "output", amount=said or 0)
    counters.MODEL_COST.add(row.model, amount=float(cost or 0))


def _cost(given: int | None, said: int | None) -> Decimal | None:
    """In the currency of the prices; None when something of it is not known."""
    price_in, price_out = settings.MODEL_INPUT_PRICE, settings.MODEL_OUTPUT_PRICE
    if given is None or said is None or price_in is None or price_out is None:
        return None
    return (given * price_in + said * price_out) / _MILLION


@cache
def _client(base_url: str, name: str, key: str) -> LanguageModel:
    return LanguageModel(base_url, name, key)
