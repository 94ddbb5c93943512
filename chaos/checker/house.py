"""The house around it: secrets, leftovers, fairness."""

import statistics
from collections import defaultdict
from collections.abc import Iterator

from chaos.checker.evidence import Evidence
from chaos.checker.invariants import invariant

#: How much longer than the luckiest organization's the unluckiest one's jobs may wait, in the median.
UNFAIR = 3.0
UNFAIR_SECONDS = 5.0


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


@invariant("I17")
def organizations_take_turns(evidence: Evidence) -> Iterator[str]:
    """No organization's jobs wait much longer than another's."""
    waits: dict[str, list[float]] = defaultdict(list)
    for job_id, rows in evidence.history.items():
        made, claimed = rows[0], next((row for row in rows if row["verb"] == "claim"), None)
        if claimed and evidence.jobs[job_id]["workflow_type"] == "CODE_REVIEW":
            waits[evidence.jobs[job_id]["organization"]].append((claimed["at"] - made["at"]).total_seconds())
    medians = {name: statistics.median(values) for name, values in waits.items() if len(values) > 9}  # noqa: PLR2004 - enough to have one
    if medians and max(medians.values()) > UNFAIR * min(medians.values()) + UNFAIR_SECONDS:
        yield f"median waits by organization: {medians}"
