"""Break the links between the service and its servers."""

import random
from collections.abc import Iterator

from chaos.faults.kinds import fault
from chaos.links.fault import Direction
from chaos.links.link import Link
from chaos.world import World

DIRECTIONS: tuple[Direction, Direction] = ("upstream", "downstream")


def _one(world: World, rng: random.Random) -> tuple[str, Link]:
    (server, client), link = rng.choice(sorted(world.links.items()))
    return f"{client} to {server}", link


@fault(group="network", weight=2)
def link_reset(world: World, rng: random.Random) -> Iterator[str]:
    name, link = _one(world, rng)
    link.reset()
    yield name


@fault(group="network", seconds=(1, 6))
def link_refused(world: World, rng: random.Random) -> Iterator[str]:
    name, link = _one(world, rng)
    link.refuse()
    link.reset()
    yield name
    link.restore()


@fault(group="network", seconds=(2, 12), weight=2)
def link_silent(world: World, rng: random.Random) -> Iterator[str]:
    """A black hole: connections stand, nothing passes."""
    name, link = _one(world, rng)
    link.silence()
    yield name
    link.restore()


@fault(group="network", seconds=(2, 8))
def link_half_open(world: World, rng: random.Random) -> Iterator[str]:
    name, link = _one(world, rng)
    direction = rng.choice(DIRECTIONS)
    link.one_way(direction)
    yield f"{name}, {direction}"
    link.restore()


@fault(group="network", seconds=(3, 8))
def link_slow(world: World, rng: random.Random) -> Iterator[str]:
    name, link = _one(world, rng)
    link.delay(0.02, 0.05)
    yield name
    link.restore()


@fault(group="network", seconds=(1, 3))
def link_in_pieces(world: World, rng: random.Random) -> Iterator[str]:
    """Every byte arrives by itself."""
    name, link = _one(world, rng)
    link.slice()
    yield name
    link.restore()


@fault(group="network", seconds=(2, 6))
def link_cut_after_some_bytes(world: World, rng: random.Random) -> Iterator[str]:
    name, link = _one(world, rng)
    direction = rng.choice(DIRECTIONS)
    link.cut_after(rng.randrange(200, 20_000), direction)
    yield f"{name}, {direction}"
    link.restore()


@fault(group="network", seconds=(3, 3), weight=3)
def link_cut_at_a_commit(world: World, rng: random.Random) -> Iterator[str]:
    """COMMIT was sent; whether it was carried out, nobody hears."""
    client = rng.choice(["worker", "webhook", "dispatcher"])
    link = world.links["database", client]
    forward = rng.random() < 0.7  # noqa: PLR2004 - the harder case more often
    link.cut_at(b"COMMIT", "upstream", forward=forward)
    yield f"{client}, {'carried out' if forward else 'not carried out'}"
    link.restore()


@fault(group="network", seconds=(3, 3), weight=2)
def link_cut_at_a_publish(world: World, rng: random.Random) -> Iterator[str]:
    """The message was sent; its confirmation never comes."""
    link = world.links["broker", "dispatcher"]
    link.cut_at(b"jobs.run_job", "upstream", forward=rng.random() < 0.7)  # noqa: PLR2004 - as above
    yield "dispatcher to broker"
    link.restore()


@fault(group="network", seconds=(3, 3), weight=3)
def link_cut_at_a_review(world: World, rng: random.Random) -> Iterator[str]:
    """The review was sent, and posted perhaps; the answer never comes."""
    link = world.links["github", "worker"]
    link.cut_at(b"/reviews HTTP/1.1\r\nHost", "upstream", forward=rng.random() < 0.7)  # noqa: PLR2004 - as above
    yield "worker to GitHub"
    link.restore()
