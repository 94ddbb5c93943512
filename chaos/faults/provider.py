"""GitHub's weather: down, limiting, failing, and webhooks that come twice, late or never."""

import random
from collections.abc import Iterator
from typing import Any

from chaos.faults.kinds import fault
from chaos.world import World

#: What is never quite absent: answers that get lost after the write was done, and webhooks that come twice or late.
ALWAYS: dict[str, Any] = {"unanswered": 0.005, "webhooks_doubled": 0.02, "webhooks_late": 0.03, "late_seconds": 4.0}


def fair(world: World) -> None:
    world.github.do("set_weather", seed=world.seed, **ALWAYS)


def clear(world: World) -> None:
    world.github.do("set_weather")


def _weather(world: World, rng: random.Random, **weather: Any) -> None:
    world.github.do("set_weather", **{"seed": rng.randrange(2**31), **ALWAYS, **weather})


@fault(group="github", seconds=(3, 8))
def github_down(world: World, rng: random.Random) -> Iterator[str]:
    how = rng.choice(["refusing", "dropping"])
    _weather(world, rng, down=how)
    yield how
    fair(world)


@fault(group="github", seconds=(2, 4))
def github_limits_us(world: World, rng: random.Random) -> Iterator[str]:
    how = rng.choice(["primary_limit", "secondary_limit"])
    _weather(world, rng, limit_seconds=4, **{how: 0.3})
    yield how.replace("_", " ")
    fair(world)


@fault(group="github", seconds=(3, 8), weight=2)
def github_fails_now_and_then(world: World, rng: random.Random) -> Iterator[str]:
    _weather(world, rng, failing=0.15, dropped=0.05)
    yield "500, 502, 503, dropped"
    fair(world)


@fault(group="github", seconds=(3, 8), weight=2)
def github_answers_get_lost(world: World, rng: random.Random) -> Iterator[str]:
    """Applied, and no answer: what makes others post twice."""
    _weather(world, rng, unanswered=0.25)
    yield "applied without an answer"
    fair(world)


@fault(group="github", seconds=(3, 8))
def github_slow(world: World, rng: random.Random) -> Iterator[str]:
    _weather(world, rng, slow=0.3, slow_seconds=3.0)
    yield "3 s"
    fair(world)


@fault(group="github", seconds=(3, 8), weight=2)
def webhooks_doubled_and_late(world: World, rng: random.Random) -> Iterator[str]:
    _weather(world, rng, webhooks_doubled=0.5, webhooks_late=0.5, late_seconds=8.0)
    yield "half of them each"
    fair(world)


@fault(group="github", seconds=(2, 5), weight=2)
def webhooks_lost(world: World, rng: random.Random) -> Iterator[str]:
    _weather(world, rng, webhooks_lost=0.3)
    yield "three in ten"
    fair(world)
