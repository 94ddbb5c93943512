"""What a figure is measured from: a world under a steady load, and what the checker says of it in the end."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos import campaign
from chaos.checker import violations
from chaos.checker.evidence import Evidence
from chaos.load import Load, lives
from chaos.pace import PACES
from chaos.recovery import percentile
from chaos.repositories import Repository
from chaos.systems import OURS
from chaos.world import World, world

SEED = 1
DONE_SECONDS = 900.0
#: Invariants that say nothing here: waits are uneven while something is away.
UNTOLD = frozenset({"I17"})
#: What light reviews do not do.
REVIEWING = frozenset({"I7", "I7b", "I7c", "I8"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table. `holds` is None where nothing was promised."""

    name: str
    promised: str
    measured: str
    holds: bool | None = None


class Run:
    """A load that acts in a thread of its own, at the pace of a deployed service."""

    def __init__(self, made: World, *, rate: float, seconds: float, among: Sequence[Repository] = ()) -> None:
        drawn = lives(among or made.repositories, seed=SEED, rate=rate, seconds=seconds)
        load = Load(made.github, drawn, made.folder / f"load-{time.monotonic()}.jsonl")
        self.made = made
        self.began = time.monotonic()
        self._thread = threading.Thread(target=load.run, args=[threading.Event()])
        self._thread.start()

    def is_acting(self) -> bool:
        return self._thread.is_alive()

    def finish(self) -> Evidence:
        """Wait for the load's end and for all work's, and gather the evidence."""
        self._thread.join()
        campaign.happens(lambda: not campaign.left(self.made), seconds=DONE_SECONDS)
        return campaign.gather(self.made, OURS)


@contextmanager
def deployed(folder: Path, *, heads: int = 400, extra: Mapping[str, str] | None = None) -> Iterator[World]:
    """The service in a world of its own in a new folder there, as patient as it is deployed."""
    place = folder / f"world-{time.monotonic()}"
    place.mkdir()
    with world(
        place, OURS.add_processes, seed=SEED, pace=PACES["deployed"], heads=heads, extra=dict(extra or {})
    ) as made:
        yield made


def answers(evidence: Evidence, *, since: float = 0.0, until: float = float("inf")) -> dict[str, list[float]]:
    """How long each answer of the door took that began in between, in seconds, by its status; or "none"."""
    found: dict[str, list[float]] = {}
    for fact in evidence.facts("webhook_answered"):
        if since <= fact["monotonic"] - fact["duration_seconds"] < until:
            found.setdefault(str(fact["status"] or "none"), []).append(fact["duration_seconds"])
    return found


def told_answers(found: Mapping[str, Sequence[float]]) -> str:
    return "; ".join(
        f"{len(took)} × {status}, p50 {percentile(took, 50) * 1000:.0f} ms, p99 {percentile(took, 99) * 1000:.0f} ms,"
        f" at most {max(took) * 1000:.0f} ms"
        for status, took in sorted(found.items())
    )


def verdict(evidence: Evidence, *, but: frozenset[str] = UNTOLD) -> Figure:
    """Whether all invariants hold."""
    broken = {number: texts for number, texts in violations(evidence).items() if texts and number not in but}
    told = "; ".join(f"{number} ×{len(texts)}: {texts[0]}" for number, texts in broken.items())
    return Figure("… invariants broken, reviews lost or doubled", "none", told or "none", not broken)
