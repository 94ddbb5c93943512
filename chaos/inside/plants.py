"""Plants: a safeguard is taken away, one at a time, to see that the checker notices what comes of it.

CHAOS_PLANT names the plant, which is what a simpler queue would have done. Where a second safeguard catches what comes
of it, that one is taken away too, unless CHAOS_SECOND_NET is 1. A plant changes what the service's modules look up at
run time; nothing in the service knows of it.
"""

import time
from collections.abc import Callable
from typing import Any

from celery import current_app

from chaos.inside.wrapping import replace, wrap
from jobs.errors import TransitionRefused

PLANTS: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {}
#: Long enough for another process to get in between.
GAP_SECONDS = 0.15


def plant(name: str, *, second_net: bool) -> None:
    first, second = PLANTS[name]
    first()
    if not second_net:
        second()


def _plant(second: Callable[[], None] = lambda: None) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(first: Callable[[], None]) -> Callable[[], None]:
        PLANTS[first.__name__.replace("_", " ")] = first, second
        return first

    return register


def _nobody_rescues_or_announces_again() -> None:
    replace("jobs.maintenance.rescuer:run_once", lambda *_, **__: 0)
    replace("jobs.transitions:rescue_at_once", _refused)
    _nobody_announces_again()


def _nobody_announces_again() -> None:
    replace("jobs.maintenance.redispatcher:run_once", lambda *_, **__: 0)
    replace("jobs.maintenance.redispatcher:announce_missing", lambda *_, **__: 0)


def _nobody_looks_at_the_lease() -> None:
    replace("jobs.attempts:Attempt._check_lease", lambda _attempt: None)
    replace("jobs.leases:extend", lambda *_: True)


def _nobody_looks_for_the_marker() -> None:
    replace("integrations.github.client:GitHub.list_reviews", lambda *_: [])


def _the_rescue_has_no_guard() -> None:
    wrap("jobs.transitions:move", _without("AND lease_until < statement_timestamp()"))


@_plant(second=_nobody_rescues_or_announces_again)
def early_acknowledgement() -> None:
    """A message is done with when it arrives."""
    replace("celeryconfig:task_acks_late", False)
    current_app.conf.task_acks_late = False


@_plant(second=_nobody_announces_again)
def publish_before_commit() -> None:
    """Whoever enqueues tells the broker itself, in the middle of the transaction; there is no outbox row."""

    def tell_the_broker(insert: Callable[..., Any]) -> Callable[..., Any]:
        def insert_and_publish(*arguments: Any, **options: Any) -> Any:
            job = insert(*arguments, **options)
            if job:
                job.messages.all().delete()
                current_app.send_task("jobs.run_job", args=(str(job.id), job.dispatch), queue=job.queue)
                time.sleep(GAP_SECONDS)
            return job

        return insert_and_publish

    wrap("jobs.transitions:insert", tell_the_broker)


@_plant(second=_nobody_looks_at_the_lease)
def no_fence() -> None:
    """No write of a worker names its fence: one that wakes late goes on."""
    wrap("jobs.transitions:move", _without("AND fence = %(fence)s"))


@_plant(second=_nobody_looks_for_the_marker)
def post_before_intent() -> None:
    """The review is posted first and noted never."""

    def at_once(attempt: Any, intent: Any, *, find: Callable[[str], str | None], write: Callable[[str], str]) -> str:
        attempt.check()
        return find(intent.marker) or write(intent.marker)

    replace("reviews.stages.post:perform_once", at_once)


@_plant(second=_the_rescue_has_no_guard)
def rescue_without_lease_test() -> None:
    """Whatever has run for a second is taken for lost."""
    replace(
        "jobs.maintenance.rescuer:_LOST",
        """SELECT updated_at, id FROM workflow_jobs
            WHERE status = 'PROCESSING' AND updated_at < clock_timestamp() - interval '1 second'
              AND (updated_at, id) > (%(after)s, %(after_id)s) ORDER BY updated_at, id LIMIT %(limit)s""",
    )


@_plant(second=_nobody_announces_again)
def no_confirmation() -> None:
    """A message is taken for sent when it was handed to the socket."""
    replace("jobs.broker:Publisher._await_confirms", lambda *_: None)


@_plant()
def no_lock_in_pause() -> None:
    """Pause and emit look for each other without taking turns, and another may get in between look and pause."""

    def slowly(pause: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            time.sleep(GAP_SECONDS)
            return pause(*arguments, **options)

        return run

    replace("jobs.waits:_lock", lambda *_: None)
    wrap("jobs.transitions:pause", slowly)


def _without(condition: str) -> Callable[..., Callable[..., Any]]:
    """A `move` whose guard lacks the condition."""

    def wrapper(move: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            return move(*arguments, **{**options, "guard": options.get("guard", "").replace(condition, "")})

        return run

    return wrapper


def _refused(*_: Any, **__: Any) -> None:
    raise TransitionRefused
