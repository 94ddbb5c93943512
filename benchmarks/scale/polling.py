"""Whether the door takes in as many deliveries while people look: alone, and beside open tabs that poll.

    python -m benchmarks.scale.polling FOLDER [--tabs 5] [--rounds 5] [--requests 4000] [--poll / --poll /jobs]

The folder was made by benchmarks/scale/fill.py. The door and the operators' side are served as in production, two
processes each. Each tab asks for all the addresses every five seconds. Turns alternate, so that what disturbs the
machine disturbs both. Deliveries, clients and the machine are those of benchmarks/webhook_accept.py; what they left in
the database is removed at the end. Exits with 1 when the median ratio misses its aim.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import django
import psycopg

from benchmarks.scale.folder import ROOT, environment, manage, serving
from benchmarks.webhook_accept import PROCESSES, Run, measure, next_number, requests
from benchmarks.webhook_accept import serving as door_of

AIM = 0.9
EVERY_SECONDS = 5.0
POLLED = ("/", "/jobs")
#: Whose deliveries webhook_accept.py sends.
ORGANIZATION, REPOSITORY = "octo", "octo/app"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tabs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=4_000, help="deliveries of one turn")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--poll", action="append", help="an address that each tab asks for")
    options = parser.parse_args()
    with serving(options.folder) as url:
        manage(options.folder, url, "migrate", "-v", "0", "--skip-checks")
        cookie = signed_in_cookie(options.folder, url)
        try:
            with door_of("kodus_queue.settings", url) as door, operators_side(options.folder, url) as port:
                tabs = Tabs(port, cookie, options.poll or POLLED, options.tabs)
                ratio = compare(door, tabs, rounds=options.rounds, count=options.requests, clients=options.clients)
        finally:
            remove_deliveries(url)
    sys.exit(0 if ratio >= AIM else 1)


def signed_in_cookie(folder: Path, url: str) -> str:
    os.environ.update(environment(folder, url))
    django.setup()
    from benchmarks.scale.sign_in import signed_in  # noqa: PLC0415 - needs Django set up

    return f"sessionid={signed_in().cookies['sessionid'].value}"


@contextmanager
def operators_side(folder: Path, url: str) -> Iterator[int]:
    command = [sys.executable, "-m", "kodus_queue.web"]
    environ = environment(folder, url) | {"KODUS_PROCESS": "api"}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        processes = [
            subprocess.Popen(command, stdin=listener.fileno(), env=environ, cwd=ROOT) for _ in range(PROCESSES)
        ]
        try:
            yield listener.getsockname()[1]
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(timeout=30)


class Tabs:
    """Open while the `with` lasts; spread over the five seconds, as people's are."""

    def __init__(self, port: int, cookie: str, paths: Sequence[str], many: int) -> None:
        self.urls = [f"http://127.0.0.1:{port}{path}" for path in paths]
        self.cookie = cookie
        self.many = many
        self.polls = 0

    def __enter__(self) -> None:
        self.closed = threading.Event()
        self.failures: list[str] = []
        self.threads = [threading.Thread(target=self._poll, args=[number]) for number in range(self.many)]
        for thread in self.threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self.closed.set()
        for thread in self.threads:
            thread.join()
        assert not self.failures, self.failures[0]

    def _poll(self, number: int) -> None:
        pause = EVERY_SECONDS * number / self.many
        while not self.closed.wait(pause):
            pause = EVERY_SECONDS
            for url in self.urls:
                self._ask(url)

    def _ask(self, url: str) -> None:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": self.cookie})) as answer:  # noqa: S310 - ours
                answer.read()
                if answer.url != url:
                    self.failures.append(f"{url} leads to {answer.url}")
        except OSError as failure:
            self.failures.append(f"{url}: {failure}")
        self.polls += 1


def compare(door: int, tabs: Tabs, *, rounds: int, count: int, clients: int) -> float:
    """Print both and their ratios; the median ratio."""
    alone: list[Run] = []
    beside: list[Run] = []
    for number in range(rounds + 1):
        for runs, watched in ((alone, nullcontext()), (beside, tabs)):
            prepared = requests(count, next_number(count))
            with watched:
                run = measure(door, prepared, clients)
            if number:  # the first round warms up
                runs.append(run)
                print(f"{'beside tabs' if watched is tabs else 'alone':12} {line(run)}", flush=True)
    ratios = [with_tabs.rate / without.rate for with_tabs, without in zip(beside, alone, strict=True)]
    median = statistics.median(ratios)
    print(
        f"ratio {median:.2f}, from {min(ratios):.2f} to {max(ratios):.2f} in {rounds} rounds, {tabs.polls} polls "
        f"(aim {AIM}: {'met' if median >= AIM else 'missed'})"
    )
    return median


def line(run: Run) -> str:
    return f"{run.rate:7.0f}/s   p50 {run.percentile(50):6.2f} ms   p99 {run.percentile(99):6.2f} ms"


def remove_deliveries(url: str) -> None:
    """What was sent, so that the next measurement finds what this one found."""
    with psycopg.connect(url, autocommit=True) as connection, connection.transaction():
        mine = "SELECT id FROM workflow_jobs WHERE organization = %s"
        connection.execute("DELETE FROM webhook_deliveries WHERE repository = %s", [REPOSITORY])
        connection.execute(f"DELETE FROM outbox_messages WHERE job_id IN ({mine})", [ORGANIZATION])  # noqa: S608 - above
        connection.execute(f"DELETE FROM job_execution_history WHERE job_id IN ({mine})", [ORGANIZATION])  # noqa: S608 - above
        connection.execute("DELETE FROM workflow_jobs WHERE organization = %s", [ORGANIZATION])


if __name__ == "__main__":
    main()
