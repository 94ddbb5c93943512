"""The machine: its disk, its power."""

import random
import signal
from collections.abc import Iterator
from contextlib import suppress

import psutil

from chaos.faults.kinds import fault
from chaos.faults.servers import postmaster, start_postgres
from chaos.world import World


@fault(group="database", seconds=(2, 4))
def disk_full(world: World, _rng: random.Random) -> Iterator[str]:
    """No byte is left where PostgreSQL writes."""
    assert world.disk  # the injector deals this one only where it can be done
    filler = world.disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 1024 * 1024)
    yield "the database's disk"
    filler.unlink()
    start_postgres(world)  # it may have given up


@fault(group="everything")
def power_cut(world: World, _rng: random.Random) -> Iterator[str]:
    """Everything ends at once, and starts again in whatever order."""
    for kept in world.keeper.kept.values():
        kept.signal(signal.SIGKILL)
    first = postmaster(world)
    for process in [*first.children(), first]:
        with suppress(psutil.NoSuchProcess):  # a backend that just ended
            process.kill()
    world.rabbitmq.kill()
    yield "all of it"
    start_postgres(world)
    world.rabbitmq.start()
