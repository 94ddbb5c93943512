"""The load: pull requests that live, drawn from a seed, acted out on the stand-in at their times whatever happens.

A life opens a pull request, pushes to it (in storms, or one by one), comments on it, may draft, close and reopen it,
and ends either closed or open. Its last head, where it ends open, is what must have been reviewed in the end.
The clock is open: an act that is late because something is slow makes the next one no later.
"""

import heapq
import json
import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from chaos.github import GitHub
from chaos.repositories import Repository

WORKERS = 8
#: How long most lives are: the last begin so long before the end.
LIFE_SECONDS = 20.0
CHATTER = ("Looks good to me.", "Could you split this?", "ping", "> /review", "Thanks!")


@dataclass(order=True, frozen=True)
class Act:
    """One verb of the stand-in at `at` seconds from the start. `life` says whose it is."""

    at: float
    life: int
    verb: str = field(compare=False)
    arguments: dict[str, Any] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Life:
    repository: Repository
    acts: tuple[Act, ...]


def lives(repositories: Sequence[Repository], *, seed: int, rate: float, seconds: float) -> list[Life]:
    """So many lives that `rate` acts a second take place over `seconds`."""
    rng = random.Random(seed)  # noqa: S311 - it must repeat
    begins_within = max(seconds - LIFE_SECONDS, seconds / 2)
    drawn: list[Life] = []
    acts = 0
    while acts < rate * seconds:
        life = _life(len(drawn), rng.choice(repositories), rng, begins_within=begins_within)
        drawn.append(life)
        acts += len(life.acts)
    return drawn


def brief_lives(
    repositories: Sequence[Repository], rng: random.Random, *, count: int, push_after_seconds: float = 1
) -> list[Life]:
    """`count` pull requests within a second: opened, some pushed to that much later, and then one closed."""
    drawn: list[Life] = []
    for number in range(count):
        repository, at = rng.choice(repositories), rng.random()
        first, second = rng.sample(repository.heads, 2)
        acts = [Act(at, number, "open_pull_request", {"base": repository.base_sha, "head": first})]
        if number % 2:
            acts.append(Act(at + push_after_seconds, number, "push", {"head": second}))
        if number == count - 1:
            acts.append(Act(at + push_after_seconds + 0.2, number, "close", {"merged": True}))
        drawn.append(Life(repository, tuple(acts)))
    return drawn


def _life(number: int, repository: Repository, rng: random.Random, *, begins_within: float) -> Life:
    at = rng.random() * begins_within
    acts = [Act(at, number, "open_pull_request", {"base": repository.base_sha, "head": rng.choice(repository.heads)})]
    for verb, arguments, pause in _course(repository, rng):
        at += pause
        acts.append(Act(at, number, verb, arguments))
    return Life(repository, tuple(acts))


def _course(repository: Repository, rng: random.Random) -> Iterator[tuple[str, dict[str, Any], float]]:
    """What happens after the opening, each with the pause before it, in seconds."""
    for _ in range(rng.randrange(4, 9)):
        yield "comment", {"body": rng.choice(CHATTER)}, rng.expovariate(1 / 2)
    kind = rng.random()
    if kind < 0.25:  # noqa: PLR2004 - the shares are the scenario
        for _ in range(rng.randrange(2, 6)):  # a storm, within the debounce
            yield "push", {"head": rng.choice(repository.heads)}, rng.random() / 2
    elif kind < 0.5:  # noqa: PLR2004 - as above
        yield "push", {"head": rng.choice(repository.heads)}, 1 + rng.expovariate(1 / 8)
    elif kind < 0.6:  # noqa: PLR2004 - as above
        yield "convert_to_draft", {}, rng.expovariate(1 / 3)
        yield "ready_for_review", {}, 1 + rng.expovariate(1 / 3)
    elif kind < 0.7:  # noqa: PLR2004 - as above
        yield "comment", {"body": "/review"}, rng.expovariate(1 / 3)
    ending = rng.random()
    if ending < 0.35:  # noqa: PLR2004 - as above
        yield "close", {"merged": rng.random() < 0.5}, rng.expovariate(1 / 4)  # noqa: PLR2004 - a coin
    elif ending < 0.45:  # noqa: PLR2004 - as above
        yield "close", {}, rng.expovariate(1 / 3)
        yield "reopen", {}, 1 + rng.expovariate(1 / 3)


class Load:
    """Acts out lives in threads, one thread per life at a time, and writes what it did to a file."""

    def __init__(self, github: GitHub, drawn: Sequence[Life], log: Path) -> None:
        self._github = github
        self._lives = drawn
        self._log = log.open("w", encoding="utf-8")
        self._lock = threading.Lock()
        self._numbers: dict[int, int] = {}
        self._done = 0
        self.total = sum(len(life.acts) for life in drawn)
        self.failed = 0
        self.latest_seconds = 0.0

    @property
    def done(self) -> int:
        return self._done

    def run(self, stop: threading.Event) -> None:
        """Act until all is done or `stop` is set; returns when the last act is over."""
        pools = [ThreadPoolExecutor(1, thread_name_prefix=f"load-{number}") for number in range(WORKERS)]
        queue = [act for life in self._lives for act in life.acts]
        heapq.heapify(queue)
        started = time.monotonic()
        while queue and not stop.wait(max(0.0, queue[0].at - (time.monotonic() - started))):
            act = heapq.heappop(queue)
            pools[act.life % WORKERS].submit(self._act, act, started)
        for pool in pools:
            pool.shutdown(cancel_futures=stop.is_set())
        self._log.close()

    def _act(self, act: Act, started: float) -> None:
        repository = self._lives[act.life].repository.full_name
        late = time.monotonic() - started - act.at
        arguments = {"repository": repository, **act.arguments}
        if act.verb == "open_pull_request":
            arguments["title"] = f"Change {act.life}"
        elif act.life in self._numbers:
            arguments["number"] = self._numbers[act.life]
        else:
            return  # it could not be opened
        try:
            result = self._github.do(act.verb, **arguments)
        except httpx.HTTPError as error:
            self._note(act, arguments, late, error=repr(error))
            return
        if act.verb == "open_pull_request":
            self._numbers[act.life] = arguments["number"] = result
        self._note(act, arguments, late)

    def _note(self, act: Act, arguments: dict[str, Any], late: float, error: str = "") -> None:
        told = {"life": act.life, "verb": act.verb, "late_seconds": round(late, 3), "error": error, **arguments}
        with self._lock:
            self._done += 1
            self.failed += bool(error)
            self.latest_seconds = max(self.latest_seconds, late)
            self._log.write(json.dumps({"monotonic": time.monotonic(), **told}) + "\n")
            self._log.flush()
