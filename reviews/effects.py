"""Make a write on the code host happen once, whatever crashes when.

    intent committed, with its marker → looked for by marker, adopted if there → lease held longer than the call →
    write → done committed, with its id

A crash after the write leaves an intent: the next attempt finds the write by its marker. An answer that never came
leaves UNKNOWN and a retry after a pause: the host may still be busy with it. Nothing is ever written blind.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Q

from integrations.github.connection import WRITE_SECONDS_AT_MOST
from integrations.github.errors import OutcomeUnknown
from jobs.attempts import Attempt
from reviews.models import Effect, EffectState
from telemetry import counters

log = structlog.get_logger(__name__)

#: The lease outlasts one write. No longer: a worker that dies in it is rescued when its lease ends.
HELD_SECONDS = WRITE_SECONDS_AT_MOST + 4
PAUSE_SECONDS = 15


def last_write_takes() -> timedelta:
    """How long after its end a job's worker may write: it learns of it at the end of its lease at the latest."""
    return timedelta(seconds=settings.LEASE_SECONDS + HELD_SECONDS)


class EffectUnknown(Exception):
    """A write on the code host was sent and its answer never came. It is looked for before anything else is done."""

    permanent = False
    retry_after = PAUSE_SECONDS

    def __init__(self, purpose: str, *, gate: str = "") -> None:
        super().__init__(f"{self.__doc__} ({purpose})")
        self.gate = gate


def perform_once(
    attempt: Attempt,
    intent: Effect,
    *,
    find: Callable[[str], str | None],
    write: Callable[[str], str],
) -> str:
    """The external id of the effect that `intent` (unsaved) describes, made now or found.

    `find` gets the marker and returns the id of the write that bears it; it may raise to give up. `write` gets the
    marker, makes the write and returns its id; it raises OutcomeUnknown when it cannot tell whether it happened.
    """
    attempt.check()
    effect = _committed_intent(attempt, intent)
    if effect.state == EffectState.DONE:
        Effect.objects.filter(pk=effect.pk).update(job_id=attempt.job_id, fence=attempt.fence)
        return effect.external_id
    found = find(effect.marker)
    if found is None:
        found = _write(attempt, effect, write)
        _count(effect, "written")
    else:
        _count(effect, "adopted")
        log.info("effect adopted", purpose=effect.purpose, external_id=found)
    _mark(
        effect,
        state=EffectState.DONE,
        external_id=found,
        done_at=datetime.now(UTC),
        job_id=attempt.job_id,
        fence=attempt.fence,
    )
    return found


def forget(made: Effect) -> None:
    """What was made is gone from the code host: it may be made again, under an intent of its own."""
    Effect.objects.filter(pk=made.pk, state=EffectState.DONE).delete()


def _committed_intent(attempt: Attempt, intent: Effect) -> Effect:
    """The row of this effect. Its marker is that of the first intent, also when a later job tries again."""
    effect, _ = Effect.objects.get_or_create(
        repository_id=intent.repository_id,
        number=intent.number,
        head_sha=intent.head_sha,
        purpose=intent.purpose,
        defaults={"marker": intent.marker, "job_id": attempt.job_id, "fence": attempt.fence},
    )
    return effect


def _write(attempt: Attempt, effect: Effect, write: Callable[[str], str]) -> str:
    attempt.hold_lease(HELD_SECONDS)
    _mark(effect, job_id=attempt.job_id, fence=attempt.fence)
    try:
        return write(effect.marker)
    except OutcomeUnknown as error:
        _mark(effect, state=EffectState.UNKNOWN)
        _count(effect, "unknown")
        raise EffectUnknown(effect.purpose, gate=getattr(error, "gate", "")) from error


def _count(effect: Effect, result: str) -> None:
    """Under the first word of its purpose: the others name a comment."""
    counters.EFFECTS.add(effect.purpose.partition(" ")[0], result)


def _mark(effect: Effect, **values: object) -> None:
    """Write the row unless it is done: a late attempt changes nothing any more."""
    Effect.objects.filter(~Q(state=EffectState.DONE), pk=effect.pk).update(**values)
