"""How long each fault was felt: until the work it interrupted was taken up again, or else until any got done."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chaos.checker.evidence import Evidence, Fact
from chaos.checker.timelines import FINAL, Attempt, attempts

INTERRUPTED = frozenset({"rescue", "release", "retry"})
#: An attempt that ended so long after a fault did not end of it.
AFTERMATH_SECONDS = 45.0
NEAR_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Felt:
    """`seconds` is infinite when work was left undone, None when there was none to do, or no table tells."""

    fault: str
    seconds: float | None


def felt(evidence: Evidence) -> list[Felt]:
    all_attempts = attempts(evidence)
    completions = sorted(attempt.ended_at for attempt in all_attempts if attempt.ended_by == "complete")
    if any(job["status"] not in FINAL for job in evidence.jobs.values()):
        completions.append(float("inf"))
    return [Felt(fault["fault"], _seconds(fault, all_attempts, completions)) for fault in evidence.faults]


def _seconds(fault: Fact, all_attempts: Sequence[Attempt], completions: Sequence[float]) -> float | None:
    began, mended = float(fault["began"]), float(fault["mended"])
    interrupted = [
        attempt.gone_on_at - began
        for attempt in all_attempts
        if attempt.ended_by in INTERRUPTED
        and attempt.began_at <= mended
        and began <= attempt.ended_at <= mended + AFTERMATH_SECONDS
    ]
    if interrupted:
        return max(interrupted)
    index = bisect_left(completions, mended)
    return completions[index] - mended if index < len(completions) else None


def near(evidence: Evidence, heads: Iterable[tuple[str, str, float]]) -> Counter[str]:
    """How many of the heads each kind of fault was near, in time. A head is a pull request, a commit, a time."""
    found: Counter[str] = Counter()
    for _, _, since in heads:
        found.update(
            {
                fault["fault"]
                for fault in evidence.faults
                if fault["began"] < since + NEAR_SECONDS and fault["mended"] > since
            }
        )
    return found


def percentile(values: Sequence[float], percent: int) -> float:
    """Between two values, in proportion; what is infinite stays so."""
    ordered = sorted(values)
    low, part = divmod((len(ordered) - 1) * percent, 100)
    return ordered[low] if not part else ordered[low] + (ordered[low + 1] - ordered[low]) * part / 100
