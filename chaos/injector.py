"""Deals faults at random from a shuffled deck in which each kind lies as often as it weighs, and notes each in a file.

Several may be under way at once, two of one group never, and "everything" with none.
"""

import json
import random
import subprocess
import threading
import time
from collections.abc import Collection

import httpx
import psutil

from chaos.faults import KINDS, Kind
from chaos.world import World

AT_ONCE = 3
POLL_SECONDS = 0.1


class Injector:
    def __init__(self, world: World, *, seed: int, per_minute: float, only: Collection[str] = ()) -> None:
        self._world = world
        self._rng = random.Random(f"faults {seed}")  # noqa: S311 - it must repeat
        self._per_minute = per_minute
        offered = {name: kind for name, kind in KINDS.items() if world.disk or name != "disk full"}
        self._kinds = [kind for name, kind in sorted(offered.items()) if not only or name in only]
        self._deck: list[Kind] = []
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._log = world.faults_log.open("a", encoding="utf-8")
        self.count = 0
        self.latest = ""
        #: Faults that could not be inflicted or mended.
        self.troubles: list[str] = []

    def run(self, stop: threading.Event) -> None:
        """Deal until told to stop; returns when everything is mended."""
        while self._per_minute and not stop.is_set():
            kind = self._next()
            thread = threading.Thread(target=self.inflict, args=[kind, random.Random(self._rng.random())])  # noqa: S311 - it must repeat
            thread.start()
            self._threads.append(thread)
            stop.wait(self._rng.uniform(0.5, 1.5) * 60 / self._per_minute)
        for thread in self._threads:
            thread.join()
        self._log.close()

    def _next(self) -> Kind:
        """The next card whose group is free; what cannot be dealt now goes back below."""
        while True:
            if not self._deck:
                self._deck = [kind for kind in self._kinds for _ in range(kind.weight)]
                self._rng.shuffle(self._deck)
            kind = self._deck.pop()
            if self._take_hold(kind):
                return kind
            self._deck.insert(0, kind)
            time.sleep(POLL_SECONDS)

    def _take_hold(self, kind: Kind) -> bool:
        with self._lock:
            alone = kind.group == "everything" or "everything" in self._held
            if kind.group in self._held or len(self._held) >= AT_ONCE or (alone and self._held):
                return False
            self._held.add(kind.group)
            return True

    def inflict(self, kind: Kind, rng: random.Random) -> None:
        """Break, leave it for a while, mend, note; what could not be done becomes a trouble."""
        seconds = rng.uniform(*kind.seconds) + kind.leases * self._world.pace.lease_seconds
        began = time.monotonic()
        broken = kind.begin(self._world, rng)
        try:
            target = next(broken)
            self.count, self.latest = self.count + 1, f"{kind.name}: {target}"
            time.sleep(seconds)
            for _ in broken:
                pass
            self._note(kind, target, began)
        except (
            OSError,
            RuntimeError,
            TimeoutError,
            psutil.Error,
            subprocess.SubprocessError,
            httpx.HTTPError,
        ) as error:
            self.troubles.append(f"{kind.name}: {error!r}")
        finally:
            with self._lock:
                self._held.discard(kind.group)

    def _note(self, kind: Kind, target: str, began: float) -> None:
        told = {"fault": kind.name, "target": target, "began": began, "mended": time.monotonic()}
        with self._lock:
            self._log.write(json.dumps(told) + "\n")
            self._log.flush()
