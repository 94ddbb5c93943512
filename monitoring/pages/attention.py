"""What needs somebody: told only when it is so, the worst first. Pure: what was found in, lines out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from jobs.models import PausedQueue
from monitoring.pages.live_jobs import QueueLoad
from monitoring.pages.numbers import ClosedGate
from monitoring.pages.pulse import Pulse
from monitoring.pages.verdicts import READY_AT_MOST
from monitoring.schedule import Schedule
from monitoring.vitals import PAUSED_AT_MOST

HEADLINES = {
    "broker": "The broker is away",
    "database": "The database is away",
    "dispatch": "Messages are not published",
    "start": "Due jobs are not started",
    "rescue": "Lost workers keep their jobs",
    "waits": "Waits are past their deadline",
    "deliveries": "Deliveries are missing",
}


@dataclass(frozen=True, slots=True)
class Concern:
    """`level` is bad or warn; `place` names the page to look at."""

    level: str
    headline: str
    detail: str
    since: datetime | None = None
    place: str = ""


def concerns(
    pulse: Pulse,
    gates: Iterable[ClosedGate],
    loads: Mapping[str, QueueLoad],
    schedules: Iterable[Schedule],
    *,
    paused: Mapping[str, PausedQueue],
    now: datetime,
) -> list[Concern]:
    moving = [load for load in loads.values() if load.queue not in paused]
    found = [*_vitals(pulse), *_unserved(moving, now), *_paused(paused, loads, now), *_gates(gates)]
    found += _overdue(schedules)
    return sorted(found, key=lambda concern: concern.level)


def _vitals(pulse: Pulse) -> Iterator[Concern]:
    for name, vital in pulse.unwell.items():
        yield Concern("bad", HEADLINES.get(name, name.capitalize()), vital.detail)


def _unserved(loads: Iterable[QueueLoad], now: datetime) -> Iterator[Concern]:
    """Queues whose jobs have been ready for a while though nobody runs any of them."""
    for load in loads:
        if load.ready_since and now - load.ready_since > READY_AT_MOST and not load.running:
            detail = f"{load.ready} ready, none is running: does a worker serve this queue?"
            yield Concern("bad", f"Nobody takes from {load.queue}", detail, load.ready_since, "queues")


def _paused(paused: Mapping[str, PausedQueue], loads: Mapping[str, QueueLoad], now: datetime) -> Iterator[Concern]:
    for queue, pause in paused.items():
        ready = loads[queue].ready if queue in loads else 0
        is_long = now - pause.since > PAUSED_AT_MOST
        detail = f"By {pause.actor}: {pause.reason.rstrip('.')}. {ready} ready meanwhile."
        asked = " That is more than a day: is it still meant?" if is_long else ""
        yield Concern("warn", f"{queue} is paused", f"{detail}{asked}", pause.since, "queues")


def _gates(gates: Iterable[ClosedGate]) -> Iterator[Concern]:
    for gate in gates:
        detail = f"{gate.reason}. Jobs that need it are held until {gate.closed_until:%H:%M:%S} UTC."
        yield Concern("warn", f"The gate {gate.name} is closed", detail)


def _overdue(schedules: Iterable[Schedule]) -> Iterator[Concern]:
    for schedule in schedules:
        if schedule.is_overdue:
            detail = f"It should have run {schedule.words}: is beat running?"
            yield Concern("warn", f"{schedule.name} is overdue", detail, schedule.due_at, "schedules")
