"""The house around it: secrets, leftovers, fairness."""

import statistics
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations

from chaos.checker.evidence import Evidence
from chaos.checker.invariants import invariant

#: How much longer than another's an organization's jobs may wait, in the median.
UNFAIR = 3.0
UNFAIR_SECONDS = 5.0
#: How much more it may hold than at the beginning, of what is opened when it is first needed and then kept.
KEPT_OPEN = {"database sessions": 32, "broker connections": 4, "broker channels": 8, "open files of one process": 32}


@invariant("I14")
def nothing_leaks(evidence: Evidence) -> Iterator[str]:
    """No secret stands in a table, a log, or what was sent to GitHub."""
    sent = [str(fact.get("body")) for fact in evidence.facts("request")]
    for secret in evidence.secrets:
        if secret in evidence.dump:
            yield "a secret stands in the database"
        if any(secret in body for body in sent):
            yield "a secret was sent to GitHub"
        for name, path in evidence.logs.items():
            if secret in path.read_text(encoding="utf-8", errors="replace"):
                yield f"a secret stands in the log of {name}"


@invariant("I15")
def nothing_is_left_behind(evidence: Evidence) -> Iterator[str]:
    """Processes, sessions, locks, connections and files are as before the faults, and gone when all has ended."""
    before, after = evidence.rested
    for name, count in after.items():
        if count > before[name] + KEPT_OPEN.get(name, 0):
            yield f"{name}: {before[name]} before the faults, {count} after them"
    for name, count in evidence.ended.items():
        if count:
            yield f"{name}: {count} are there when all has ended"


@invariant("I17")
def organizations_take_turns(evidence: Evidence) -> Iterator[str]:
    """No organization's jobs wait much longer than those of one that asks for as much, or for more."""
    waits: dict[str, list[float]] = defaultdict(list)
    for job_id, rows in evidence.history.items():
        made, claimed = rows[0], next((row for row in rows if row["verb"] == "claim"), None)
        if claimed and evidence.jobs[job_id]["workflow_type"] == "CODE_REVIEW":
            waits[evidence.jobs[job_id]["organization"]].append((claimed["at"] - made["at"]).total_seconds())
    medians = {name: statistics.median(values) for name, values in waits.items() if len(values) > 9}  # noqa: PLR2004 - enough to have one
    for (name, median), (other, others) in permutations(medians.items(), 2):
        if len(waits[other]) >= len(waits[name]) and median > UNFAIR * others + UNFAIR_SECONDS:
            yield f"{name} waited {median:.1f} s in the median, {other} with no fewer jobs {others:.1f} s"
