"""Is it all right? Four verdicts, each one number and one sentence. Pure: numbers in, words out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitoring.pages.live_jobs import QueueLoad
from monitoring.pages.numbers import MOST_COUNTED, Minute, Numbers
from monitoring.pages.pulse import Pulse
from monitoring.pages.words import amount, duration
from monitoring.vitals import LAGS

#: How long a job that is ready should wait for a worker at most.
READY_AT_MOST = timedelta(seconds=30)
#: So many of the last hour's jobs, and this share of them, are more than bad luck.
FAILED_AT_LEAST = 3
FAILED_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Verdict:
    """`level` is ok, warn, bad or idle. Of `number` and `since`, which is told as an age, one is set."""

    title: str
    level: str
    sentence: str
    number: str = ""
    since: datetime | None = None


def ingest(numbers: Numbers, pulse: Pulse) -> Verdict:
    troubles = [pulse.unwell[name].detail for name in ("deliveries", "dispatch") if name in pulse.unwell]
    trouble = f" {_as_sentence(troubles[0])}" if troubles else ""
    if not numbers.last_delivery_at:
        sentence = f"No delivery came in the last hour.{trouble}"
        return Verdict("Ingest", "bad" if troubles else "idle", sentence, number="–")
    count = amount(numbers.deliveries_in_hour, MOST_COUNTED)
    sentence = f"since the last delivery, of {count} in the last hour.{trouble}"
    return Verdict("Ingest", "bad" if troubles else "ok", sentence, since=numbers.last_delivery_at)


def queue(loads: Mapping[str, QueueLoad], now: datetime, paused: Collection[str] = ()) -> Verdict:
    """What is ready in a queue that is paused waits for a person, and is told apart."""
    moving = [load for load in loads.values() if load.queue not in paused]
    ready, kept = sum(load.ready for load in moving), sum(loads[name].ready for name in paused if name in loads)
    running, waiting = (sum(getattr(load, name) for load in loads.values()) for name in ("running", "waiting"))
    pauses = f" {kept} kept by a pause." if kept else ""
    rest = f"{running} running, {waiting} waiting for an event.{pauses}"
    oldest = min((load.ready_since for load in moving if load.ready_since), default=None)
    if not oldest:
        return Verdict("Queue", "ok", f"Nothing is ready and left waiting. {rest}", number="0 s")
    age = now - oldest
    level = "ok" if age <= READY_AT_MOST else "warn" if age <= LAGS["start"].limit else "bad"
    limit = f"{READY_AT_MOST.seconds} s"
    return Verdict("Queue", level, f"the oldest of {ready} ready has waited; aim: {limit}. {rest}", since=oldest)


def reviews(numbers: Numbers) -> Verdict:
    if numbers.review_p50 is None or numbers.review_p95 is None:
        return Verdict("Reviews", "idle", "No review was completed in the last hour.", number="–")
    several = "review" if numbers.reviews_in_hour == 1 else "reviews"
    sentence = (
        f"from arrival to end, at the median; {duration(numbers.review_p95)} at the 95th percentile, of"
        f" {amount(numbers.reviews_in_hour, MOST_COUNTED)} {several} in the last hour."
    )
    return Verdict("Reviews", "ok", sentence, number=duration(numbers.review_p50))


def failures(numbers: Numbers, hour: list[Minute], loads: Mapping[str, QueueLoad]) -> Verdict:
    retrying = sum(load.retrying for load in loads.values())
    failed, ended = sum(minute.failed for minute in hour), sum(minute.failed + minute.completed for minute in hour)
    is_more = failed >= FAILED_AT_LEAST and failed > FAILED_SHARE * ended
    level = "bad" if is_more else "warn" if numbers.failed_in_day else "ok"
    told = f"of the last day's jobs failed, {failed} of the last hour's; {retrying} being retried."
    return Verdict("Failures", level, told, number=amount(numbers.failed_in_day, MOST_COUNTED))


def _as_sentence(text: str) -> str:
    ending = "" if text.endswith((".", "?", "!")) else "."
    return f"{text[:1].upper()}{text[1:]}{ending}"
