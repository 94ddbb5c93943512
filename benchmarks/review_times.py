"""The measurement of reviews.py: it needs Django set up before it is imported."""

import statistics
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.ground import percentile
from benchmarks.sources import Files, changed, commit, git, make_repository, sources_of
from kodus_queue.demo.pull_request import FULL_NAME
from tests.acceptance.service import Service, service, start
from tests.services import wait_until

PATIENCE_SECONDS = 300


def branches(repository: Path, files: Files, count: int) -> Iterator[str]:
    """Branches from `main`, each with ten other changes."""
    for number in range(count):
        git(repository, "checkout", "--quiet", "-b", f"change-{number}", "main")
        commit(repository, changed(files, times=number + 1))
        yield f"change-{number}"


def seconds_to_review(running: Service, branch: str) -> float:
    begun = time.monotonic()
    number = running.standin.open_pull_request(FULL_NAME, base="main", head=branch, title=f"Take more in {branch}")
    found = partial(running.standin.reviews, FULL_NAME, number)
    wait_until(lambda: bool(found()), seconds=PATIENCE_SECONDS, what=f"the review of {branch}")
    return time.monotonic() - begun


def measure(package: str, count: int, folder: Path, broker_url: str) -> dict[str, float]:
    files = sources_of(package, folder / "wheel")
    repository = folder / "sources"
    make_repository(repository, files)
    waiting = list(branches(repository, files, count + 1))
    with service(folder, broker_url, repository) as running:
        start(running)
        first, *warm = [seconds_to_review(running, branch) for branch in waiting]
    figures = {"first": first, "p50": statistics.median(warm), "p95": percentile(warm, 95), "max": max(warm)}
    print(f"{package}: {len(files)} Python files, {count} reviews one after the other")
    print(", ".join(f"{name} {seconds:.1f} s" for name, seconds in figures.items()))
    return figures
