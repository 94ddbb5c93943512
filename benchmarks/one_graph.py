"""Build the graphs of some commits in a process of its own, and print what that took, as one line of JSON.

    python -m benchmarks.one_graph NAME REPOSITORY SHA [SHA …]

Its memory is this process's alone: Django, the extractor, and what they hold at their most.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import django


class Timer:
    """Seconds since it was made: by the clock, and of processor time of this process and its ended children.

    On a machine with other work to do only the second says what one core would manage.
    """

    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), self._used()

    @staticmethod
    def _used() -> float:
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in usages)

    def stop(self) -> tuple[float, float]:
        return time.perf_counter() - self._clock, self._used() - self._processor


def peak_mb() -> float:
    """The most memory this process held. From /proc, because getrusage counts what the parent held at the fork."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main(name: str, repository: str, shas: list[str]) -> None:
    django.setup()
    from analysis.building import build_missing_graphs  # noqa: PLC0415 - needs Django set up
    from integrations.git.mirror import open_mirror  # noqa: PLC0415 - kept with its sibling

    mirror = open_mirror(Path(os.environ["KODUS_STATE_DIR"]) / "mirrors", name, repository)
    timer = Timer()
    mirror.fetch(*shas)
    fetched = timer.stop()
    timer = Timer()
    built = build_missing_graphs(mirror, name, shas, between_batches=lambda: None)
    took = timer.stop()
    counts = {"files": built[-1].files, "extracted": built[-1].extracted}
    print(json.dumps({**counts, "fetch": fetched, "build": took, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
