"""A server is away for long, under load: what the door answers, and how long it takes until all is as it should be."""

import random
import time
from dataclasses import replace
from pathlib import Path

from chaos import campaign
from chaos.faults import KINDS
from chaos.figures.measured import (
    DONE_SECONDS,
    REVIEWING,
    UNTOLD,
    Figure,
    Run,
    answers,
    deployed,
    told_answers,
    verdict,
)
from chaos.injector import Injector
from chaos.world import World

RATE = 20.0
AROUND_SECONDS = 10.0
BROKER_SECONDS, DRAINED_SECONDS = 600.0, 60.0
DATABASE_SECONDS, RECOVERED_SECONDS = 60.0, 300.0


def broker_outage(folder: Path) -> list[Figure]:
    """Deliveries are taken all the same, and what waited goes out when RabbitMQ is back."""
    return _broker_outage(folder, light=True)


def broker_outage_with_reviews(folder: Path) -> list[Figure]:
    """The same; how long it takes then is what so many reviews take."""
    return _broker_outage(folder, light=False)


def _broker_outage(folder: Path, *, light: bool) -> list[Figure]:
    kind = "reviews that end at once" if light else "real reviews"
    with deployed(folder, heads=1000, extra={"CHAOS_LIGHT_REVIEWS": "1" if light else ""}) as made:
        run, began, mended = _outage(made, "broker killed", BROKER_SECONDS)
        waiting = campaign.left(made)
        campaign.happens(lambda: not _unsent(made), seconds=DONE_SECONDS)
        sent = time.monotonic() - mended
        evidence = run.finish()
        done = time.monotonic() - mended
    during = answers(evidence, since=began, until=mended)
    name = f"RabbitMQ down {BROKER_SECONDS:.0f} s at {RATE:.0f} deliveries/s, {kind}"
    return [
        Figure(f"{name}: answers meanwhile", "0 × 5xx", told_answers(during), set(during) == {"202"}),
        Figure("… left to do at its return", "–", ", ".join(f"{count} {what}" for what, count in waiting.items())),
        Figure("… all announced after", "≤ 60 s", f"{sent:.0f} s", sent <= DRAINED_SECONDS),
        Figure("… all done after", "–", f"{done:.0f} s"),
        verdict(evidence, but=UNTOLD | REVIEWING if light else UNTOLD),
    ]


def database_outage(folder: Path) -> list[Figure]:
    """The door says 503 at once, and GitHub is asked for what it could not deliver."""
    with deployed(folder) as made:
        run, began, mended = _outage(made, "database stopped at once", DATABASE_SECONDS)
        campaign.happens(lambda: not run.is_acting() and not _not_stored(made), seconds=DONE_SECONDS)
        recovered = time.monotonic() - mended
        evidence = run.finish()
    # The first second is that of the stop, and PostgreSQL answers a little before it is said to be up.
    during = answers(evidence, since=began + 1, until=mended - 2)
    slowest = max((max(took) for took in during.values()), default=0.0)
    missed = sum(len(took) for status, took in answers(evidence).items() if status != "202")
    name = f"PostgreSQL down {DATABASE_SECONDS:.0f} s at {RATE:.0f} deliveries/s"
    is_quick = set(during) == {"503"} and slowest <= 1
    return [
        Figure(f"{name}: answers meanwhile", "503 within 1 s", told_answers(during), is_quick),
        Figure("… missed deliveries", "–", str(missed)),
        Figure("… all of them stored after", "≤ 5 min", f"{recovered:.0f} s", recovered <= RECOVERED_SECONDS),
        verdict(evidence),
    ]


def _outage(made: World, kind: str, seconds: float) -> tuple[Run, float, float]:
    """The load, and when the one long fault in it began and was mended."""
    run = Run(made, rate=RATE, seconds=AROUND_SECONDS + seconds + AROUND_SECONDS)
    time.sleep(AROUND_SECONDS)
    began = time.monotonic()
    long = replace(KINDS[kind], seconds=(seconds, seconds), leases=0.0)
    Injector(made, seed=1, per_minute=0).inflict(long, random.Random(1))  # noqa: S311 - nothing is drawn
    return run, began, time.monotonic()


def _unsent(made: World) -> int:
    return campaign.left(made).get("messages", 0)


def _not_stored(made: World) -> int:
    return campaign.left(made).get("deliveries not stored", 0)
