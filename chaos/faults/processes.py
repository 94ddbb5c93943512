"""Kill, freeze and restart the service's own processes. The keeper starts again what was killed."""

import random
import signal
from collections.abc import Iterator
from contextlib import suppress

import psutil

from chaos.faults.kinds import fault
from chaos.keeper import Kept, wait_until
from chaos.world import World

WORKERS, DISPATCHERS, DOORS = "worker", "dispatcher", "webhook"


def _one(world: World, rng: random.Random, prefix: str) -> Kept:
    return rng.choice([kept for kept in world.named(prefix) if kept.runs()] or world.named(prefix))


@fault(group="worker", weight=3)
def worker_child_killed(world: World, rng: random.Random) -> Iterator[str]:
    kept = _one(world, rng, WORKERS)
    children = kept.children()
    with suppress(psutil.NoSuchProcess, IndexError):
        rng.choice(children).kill()
    yield kept.name


@fault(group="worker", weight=3)
def worker_killed(world: World, rng: random.Random) -> Iterator[str]:
    kept = _one(world, rng, WORKERS)
    kept.signal(signal.SIGKILL)
    yield kept.name


@fault(group="worker", weight=1)
def worker_parent_killed(world: World, rng: random.Random) -> Iterator[str]:
    """Its children live on without it until the keeper ends them."""
    kept = _one(world, rng, WORKERS)
    kept.signal(signal.SIGKILL, children=False)
    yield kept.name


@fault(group="dispatcher", weight=2)
def dispatcher_killed(world: World, rng: random.Random) -> Iterator[str]:
    kept = _one(world, rng, DISPATCHERS)
    kept.signal(signal.SIGKILL)
    yield kept.name


@fault(group="dispatcher", seconds=(1, 3))
def all_dispatchers_killed(world: World, _rng: random.Random) -> Iterator[str]:
    for kept in world.named(DISPATCHERS):
        kept.signal(signal.SIGKILL)
    yield "all"


@fault(group="door", weight=2)
def door_killed(world: World, rng: random.Random) -> Iterator[str]:
    kept = _one(world, rng, DOORS)
    kept.signal(signal.SIGKILL)
    yield kept.name


@fault(group="events")
def events_consumer_killed(world: World, rng: random.Random) -> Iterator[str]:
    kept = _one(world, rng, "events")
    kept.signal(signal.SIGKILL)
    yield kept.name


@fault(group="beat")
def beat_killed(world: World, rng: random.Random) -> Iterator[str]:
    kept = _one(world, rng, "beat")
    kept.signal(signal.SIGKILL)
    yield kept.name


@fault(group="worker", seconds=(1, 6), leases=1, weight=2)
def worker_frozen_past_its_lease(world: World, rng: random.Random) -> Iterator[str]:
    """It wakes when its jobs are somebody else's."""
    kept = _one(world, rng, "worker-review")
    kept.signal(signal.SIGSTOP)
    yield kept.name
    kept.signal(signal.SIGCONT)


@fault(group="dispatcher", seconds=(3, 10))
def dispatcher_frozen(world: World, rng: random.Random) -> Iterator[str]:
    kept = _one(world, rng, DISPATCHERS)
    kept.signal(signal.SIGSTOP)
    yield kept.name
    kept.signal(signal.SIGCONT)


@fault(group="door", seconds=(1, 4))
def door_frozen(world: World, rng: random.Random) -> Iterator[str]:
    kept = _one(world, rng, DOORS)
    kept.signal(signal.SIGSTOP)
    yield kept.name
    kept.signal(signal.SIGCONT)


@fault(group="restart", weight=3)
def process_restarted(world: World, rng: random.Random) -> Iterator[str]:
    """As a deploy does it: asked to stop, started again."""
    kept = rng.choice([kept for kept in world.keeper.kept.values() if kept.runs()])
    seconds = world.keeper.stop(kept.name)
    world.keeper.start(kept.name)
    yield f"{kept.name} (stopped in {seconds:.1f} s)"
    wait_until(kept.runs, seconds=30, what=f"the start of {kept.name}")


@fault(group="restart")
def review_workers_restarted(world: World, _rng: random.Random) -> Iterator[str]:
    """One after the other: what they were doing is given back, and goes on in the next."""
    reviewing = world.named("worker-review")
    for kept in reviewing:
        world.keeper.stop(kept.name)
        world.keeper.start(kept.name)
    yield f"{len(reviewing)} workers"
