"""Every process is restarted in turn, under load, as a deploy does it."""

import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from chaos.figures.measured import Figure, Run, answers, deployed, told_answers, verdict
from chaos.keeper import Kept, wait_until
from chaos.recovery import percentile
from chaos.world import World
from kodus_queue.processes import stop_seconds

RATE = 20.0
ROUNDS = 3
#: Until the next one, so that a web server has loaded.
PAUSE_SECONDS = 3.0
START_SECONDS = 60.0
#: Longer than the restarts take; the rest of it is load without them.
LOAD_SECONDS = 300.0


def rolling_restart(folder: Path) -> list[Figure]:
    """No delivery is refused meanwhile, nothing is lost, and each process ends within its bound."""
    with deployed(folder, heads=1000) as made:
        run = Run(made, rate=RATE, seconds=LOAD_SECONDS)
        bounds = stop_seconds(made.environment("worker"))
        stops = [stopped for _ in range(ROUNDS) for stopped in _restart_all(made)]
        ended = time.monotonic()
        evidence = run.finish()
    found = answers(evidence, since=run.began, until=ended)
    late = [name for name, seconds in stops if seconds > bounds[_program(name)]]
    name = f"{len(stops)} restarts, one process after another, at {RATE:.0f} deliveries/s: answers meanwhile"
    return [
        Figure(name, "all 202", told_answers(found), set(found) == {"202"}),
        Figure("… stopped within the bound", "all", _told_stops(stops, bounds), not late),
        verdict(evidence),
    ]


def _restart_all(made: World) -> Iterator[tuple[str, float]]:
    """Each process's name and how many seconds it took to stop; it serves again before the next one stops."""
    for name, kept in made.keeper.kept.items():
        told = len(kept.log.read_text(errors="replace"))
        yield name, made.keeper.stop(name)
        made.keeper.start(name)
        wait_until(partial(_serves, kept, told), seconds=START_SECONDS, what=f"the start of {name}")
        time.sleep(PAUSE_SECONDS)


def _serves(kept: Kept, told: int) -> bool:
    """It runs, and said so where it says so, in what it logged after `told`."""
    news = kept.log.read_text(errors="replace")[told:]
    return kept.runs() and ("ready." in news or not kept.name.startswith("worker"))


def _told_stops(stops: list[tuple[str, float]], bounds: Mapping[str, int]) -> str:
    by_program: dict[str, list[float]] = {}
    for name, seconds in stops:
        by_program.setdefault(_program(name), []).append(seconds)
    return ", ".join(
        f"{program} p50 {percentile(took, 50):.1f} s, at most {max(took):.1f} s of {bounds[program]}"
        for program, took in by_program.items()
    )


def _program(name: str) -> str:
    return name.rpartition("-")[0]
