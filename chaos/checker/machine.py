"""The engine: every job on the machine's paths, owned by one attempt at a time, and at its end."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from chaos.checker.evidence import Evidence, Fact
from chaos.checker.invariants import invariant
from chaos.checker.timelines import FINAL, owned_writes

#: The machine as the documents have it, not as the code does.
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "states.md"
LIVE = frozenset({"PENDING", "PROCESSING", "WAITING_FOR_EVENT", "RETRYING"})
#: An event that comes this late may meet its wait's deadline.
JUST_IN_TIME = timedelta(seconds=1)


@invariant("I4")
def everything_ended(evidence: Evidence) -> Iterator[str]:
    """Each job is at its end."""
    for job in evidence.jobs.values():
        if job["status"] not in FINAL:
            yield f"job {job['id']} ({job['workflow_type']} {job['subject']}) is left {job['status']}"


@invariant("I5")
def histories_are_paths(evidence: Evidence) -> Iterator[str]:
    """The history of each job is a path of the machine, from its making to the status it has, in the clock's order."""
    for job_id, job in evidence.jobs.items():
        rows = evidence.history.get(job_id, [])
        if not rows or rows[-1]["to_status"] != job["status"]:
            yield f"job {job_id} is {job['status']}, and its history ends otherwise"
        yield from _breaks(job_id, rows)


def _breaks(job_id: object, rows: list[Fact]) -> Iterator[str]:
    status, fence, at = None, 0, rows[0]["at"] if rows else None
    for row in rows:
        sources, targets = _machine().get(row["verb"], (frozenset(), frozenset()))
        from_there = status in sources if status else not sources
        if row["from_status"] != status or not from_there or row["to_status"] not in targets:
            yield f"job {job_id}: {row['verb']} from {row['from_status']} to {row['to_status']} after {status}"
        if row["fence"] != fence + (row["verb"] == "claim"):
            yield f"job {job_id}: {row['verb']} at fence {row['fence']} after {fence}"
        if row["at"] < at:
            yield f"job {job_id}: {row['verb']} at {row['at']}, before {at}"
        status, fence, at = row["to_status"], row["fence"], row["at"]


@invariant("I6")
def one_attempt_writes(evidence: Evidence) -> Iterator[str]:
    """Only the attempt that holds a job writes to it, and only a lost lease is taken away."""
    for job_id, rows in evidence.history.items():
        for row, claim in owned_writes(rows):
            if row["actor"] != claim["actor"]:
                yield f"job {job_id}: {row['verb']} by {row['actor']} while {claim['actor']} held it"
        for row in rows:
            if row["verb"] == "rescue" and row["actor"] == "rescuer" and _was_leased(row):
                yield f"job {job_id} was taken from {row['detail']['worker']} before its lease ran out"


def _was_leased(row: Fact) -> bool:
    return bool(datetime.fromisoformat(row["detail"]["lease_until"]) > row["at"])


@invariant("I9")
def nothing_is_left_to_send(evidence: Evidence) -> Iterator[str]:
    """The outbox is empty, and no message was about a job that is not there."""
    for row in evidence.rows("outbox_messages"):
        yield f"message {row['id']} of job {row['job_id']} is left, sent at {row['sent_at']}"
    known = {str(job_id) for job_id in evidence.jobs}
    for name, path in evidence.logs.items():
        for job_id in _outdated(path):
            if job_id not in known:
                yield f"{name} got a message about {job_id}, which was never committed"


_OUTDATED = re.compile(r'"job_id": "([0-9a-f-]{36})"[^\n]*"event": "message outdated"')


def _outdated(path: Path) -> set[str]:
    return set(_OUTDATED.findall(path.read_text(encoding="utf-8", errors="replace")))


@invariant("I10")
def no_wake_up_is_lost(evidence: Evidence) -> Iterator[str]:
    """No job waited past an event that came for it, and each was woken once for each pause."""
    for job_id, rows in evidence.history.items():
        paused: Fact | None = None
        began = None
        for row in rows:
            if row["verb"] == "claim":
                began = row["at"]
            elif row["verb"] == "pause":
                paused = row if row["to_status"] == "WAITING_FOR_EVENT" else None
            elif row["verb"] in {"resume", "expire"}:
                if paused is None:
                    yield f"job {job_id} was woken by {row['verb']} without waiting"
                elif row["verb"] == "expire":
                    yield from _missed(evidence, job_id, paused, began, row)
                paused = None


def _missed(evidence: Evidence, job_id: object, paused: Fact, began: object, expired: Fact) -> Iterator[str]:
    for event in evidence.rows("workflow_events"):
        meant = event["key"] == paused["detail"]["key"] and event["scope"] == evidence.jobs[job_id]["organization"]
        if meant and began <= event["received_at"] < expired["at"] - JUST_IN_TIME:
            yield f"job {job_id} waited in vain: {event['key']} came at {event['received_at']}"


@invariant("I11")
def each_tick_once(evidence: Evidence) -> Iterator[str]:
    """No calendar duty was done more often than it was due."""
    ticks = [row["message_id"] for row in evidence.rows("inbox_messages") if row["consumer"] == "calendar"]
    hooks = [job["subject"] for job in evidence.jobs.values() if job["workflow_type"] == "DELIVERY_RECOVERY"]
    for hook, count in Counter(hooks).items():
        if count > len(set(ticks)):
            yield f"{hook} was looked through {count} times in {len(set(ticks))} ticks"


@invariant("I18")
def hands_are_seen(evidence: Evidence) -> Iterator[str]:
    """Whatever was done by hand is in the history, with who and why."""
    for job_id, rows in evidence.history.items():
        for row in rows:
            if row["verb"] in {"cancel", "retry by hand"} and not (row["actor"] and row["detail"].get("reason")):
                yield f"job {job_id}: {row['verb']} without {'a reason' if row['actor'] else 'an actor'}"


@cache
def _machine() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """From the table of the page: the statuses each verb leads from, and to."""
    found = re.findall(r"^\| ([^|]+) \| `([^`]+)` \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {verb: (_statuses(sources), _statuses(targets)) for sources, verb, targets in found}


def _statuses(cell: str) -> frozenset[str]:
    return LIVE if "any live" in cell else frozenset(re.findall(r"[A-Z_]{5,}", cell))
