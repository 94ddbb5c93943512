"""What a campaign found, as a table for people: fault × injected × lost × doubled × recovery."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chaos.checker import INVARIANTS
from chaos.checker.evidence import Evidence
from chaos.checker.reviewing import doubled_heads, lost_heads
from chaos.recovery import felt, near, percentile

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one run."""

    name: str
    seed: int
    seconds: float
    deliveries: int
    requests: int
    refused: int
    jobs: Mapping[str, int]
    reviews: int


def figures(evidence: Evidence, *, name: str, seed: int, seconds: float) -> Figures:
    answered = Counter(fact["status"] for fact in evidence.facts("webhook_answered"))
    deliveries = {fact["delivery"] for fact in evidence.facts("webhook_sent")}
    reviews = sum(fact["applied"] and fact["path"].endswith("/reviews") for fact in evidence.facts("request"))
    return Figures(
        name=name,
        seed=seed,
        seconds=seconds,
        deliveries=len(deliveries),
        requests=sum(answered.values()),
        refused=sum(count for status, count in answered.items() if status != 202),  # noqa: PLR2004 - HTTP's own number
        jobs=Counter(job["status"] for job in evidence.jobs.values()),
        reviews=reviews,
    )


def table(evidence: Evidence) -> str:
    """One row a kind of fault, and the sum. What was lost or doubled counts for every fault that was near it."""
    seconds: dict[str, list[float | None]] = defaultdict(list)
    for fault in felt(evidence):
        seconds[fault.fault].append(fault.seconds)
    lost, doubled = near(evidence, lost_heads(evidence)), near(evidence, doubled_heads(evidence))
    rows = ["| fault | injected | lost | doubled | recovery p50 | p99 |", "|---|---|---|---|---|---|"]
    rows += [
        f"| {name} | {len(values)} | {lost[name]} | {doubled[name]} | {_times(values)} |"
        for name, values in sorted(seconds.items())
    ]
    everything = [value for values in seconds.values() for value in values]
    if everything:
        sums = f"{len(list(lost_heads(evidence)))} | {len(list(doubled_heads(evidence)))}"
        rows.append(f"| **all, {len(seconds)} kinds** | **{len(everything)}** | {sums} | {_times(everything)} |")
    return "\n".join(rows)


def verdicts(found: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A line for each invariant, and the first violations of those that were broken."""
    for number, rule in sorted(INVARIANTS.items(), key=lambda item: (int(item[0].strip("Iabcde")), item[0])):
        broken = found[number]
        yield f"{number:4} {'holds' if not broken else f'BROKEN {len(broken)}×'}  {rule.statement}"
        yield from (f"       {text}" for text in broken[:SHOWN])


def headline(told: Figures) -> str:
    jobs = ", ".join(f"{count} {status}" for status, count in sorted(told.jobs.items()))
    return (
        f"{told.name}, seed {told.seed}: {told.seconds / 60:.1f} min, {told.deliveries} deliveries"
        f" ({told.deliveries / told.seconds:.1f}/s) in {told.requests} requests, {told.refused} not answered 202;"
        f" jobs {jobs};"
        f" {told.reviews} reviews posted"
    )


def _times(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{percentile(known, 50):.1f} s | {percentile(known, 99):.1f} s" if known else "– | –"
