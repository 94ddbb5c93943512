"""How fast the door accepts a delivery, beside a bare one-INSERT Django view in the same run.

    python -m benchmarks.webhook_accept [--requests 2000] [--rounds 3]

Both are served as in production (two processes on one socket) from one PostgreSQL with its durability on:
DATABASE_URL's, or one started here. Each request is a signed `pull_request opened` of some 22 kB for a pull request of
its own, so each makes a job, its history and its outbox row. Rounds alternate, so that what disturbs the machine
disturbs both.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from benchmarks.bare_view import TABLE
from tests.services import Postgres
from webhooks.signatures import sign

ROOT = Path(__file__).resolve().parents[1]
SECRET = b"a secret for the length of a benchmark"
PROCESSES = 2
AIM = 0.5


@dataclass(frozen=True)
class Run:
    rate: float
    latencies_ms: list[float]

    def percentile(self, percent: float) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class DurablePostgres(Postgres):
    """As the tests' server, but with fsync: what is measured is a commit that would survive a power cut."""

    def resume(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", str(self.folder / "log"), "-w", "start"
        )


@contextmanager
def database() -> Iterator[str]:
    if "DATABASE_URL" in os.environ:
        yield os.environ["DATABASE_URL"]
        return
    folder = Path(tempfile.mkdtemp(prefix="kodus-benchmark-"))
    folder.chmod(0o755)
    server = DurablePostgres(folder / "postgres")
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(settings: str, database_url: str) -> Iterator[int]:
    command, environment = [sys.executable, "-m", "kodus_queue.web"], environment_of(settings, database_url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        processes = [subprocess.Popen(command, stdin=listener, env=environment, cwd=ROOT) for _ in range(PROCESSES)]
        try:
            yield listener.getsockname()[1]
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(timeout=30)


def environment_of(settings: str, database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": settings,
        "KODUS_PROCESS": "webhook",
        "KODUS_GITHUB_WEBHOOK_SECRET": SECRET.decode(),
        "KODUS_LOG_LEVEL": "WARNING",
        "BROKER_URL": "amqp://guest:guest@127.0.0.1:1//",
    }


def prepare(database_url: str) -> None:
    environment = environment_of("kodus_queue.settings", database_url) | {"KODUS_PROCESS": "manage"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], env=environment, cwd=ROOT, check=True)
    create = f"from django.db import connection; connection.cursor().execute({TABLE!r})"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", create], env=environment, cwd=ROOT, check=True
    )


def requests(count: int, first_number: int) -> list[bytes]:
    """Signed requests, made before the clock starts."""
    filler = {f"{name}_url": f"https://api.github.com/repos/octo/app/{name}{{/sha}}" for name in map(str, range(330))}
    return [request_of(json.dumps(pull_request(first_number + number, filler)).encode()) for number in range(count)]


def pull_request(number: int, filler: dict[str, str]) -> dict[str, object]:
    head = {"ref": "topic", "sha": uuid4().hex + "0" * 8, "repo": {"full_name": "octo/app"}}
    pull = {"number": number, "draft": False, "head": head, "base": {"ref": "main", "sha": "b" * 40}, "_links": filler}
    repository = {"id": 186853002, "full_name": "octo/app", "default_branch": "main"}
    return {"action": "opened", "pull_request": pull, "repository": repository, "sender": {"login": "mona"}}


def request_of(body: bytes) -> bytes:
    head = (
        "POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-GitHub-Event: pull_request\r\nX-GitHub-Delivery: {uuid4()}\r\nX-GitHub-Hook-ID: 30\r\n"
        f"X-Hub-Signature-256: {sign(SECRET, body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def measure(port: int, prepared: list[bytes], clients: int) -> Run:
    """Each client sends its share over one kept connection, the next when the last was answered."""
    shares = [prepared[number::clients] for number in range(clients)]
    with ThreadPoolExecutor(clients) as threads:
        start = time.perf_counter()
        latencies = [latency for share in threads.map(lambda share: send(port, share), shares) for latency in share]
        elapsed = time.perf_counter() - start
    return Run(len(prepared) / elapsed, latencies)


def send(port: int, share: list[bytes]) -> list[float]:
    latencies = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in share:
            start = time.perf_counter()
            connection.sendall(request)
            answer = answer_on(connection)
            latencies.append((time.perf_counter() - start) * 1_000)
            assert answer.startswith(b"HTTP/1.1 202"), answer[:500]
    return latencies


def answer_on(connection: socket.socket) -> bytes:
    """One whole answer; both views send chunks and the last chunk is empty."""
    answer = b""
    while not answer.endswith(b"\r\n0\r\n\r\n"):
        answer += connection.recv(65_536) or b"the server hung up\r\n0\r\n\r\n"
    return answer


def compare(ports: dict[str, int], *, clients: int, count: int, rounds: int) -> float:
    """Print both and the ratio of their rates; the median round counts."""
    runs: dict[str, list[Run]] = {name: [] for name in ports}
    for number in range(rounds + 1):
        for name, port in ports.items():
            run = measure(port, requests(count, next_number(count)), clients)
            if number:  # the first round warms up
                runs[name].append(run)
    medians = {
        name: sorted(rounds_of, key=lambda run: run.rate)[len(rounds_of) // 2] for name, rounds_of in runs.items()
    }
    for name, run in medians.items():
        rates = " ".join(f"{each.rate:.0f}" for each in runs[name])
        print(
            f"{name:5} c={clients:<3} {run.rate:7.0f}/s   p50 {run.percentile(50):6.2f} ms   "
            f"p99 {run.percentile(99):6.2f} ms   rounds {rates}"
        )
    ratio = statistics.median(door.rate / bare.rate for door, bare in zip(runs["door"], runs["bare"], strict=True))
    print(f"ratio c={clients:<3} {ratio:7.2f}     (aim {AIM}: {'met' if ratio >= AIM else 'missed'})\n")
    return ratio


_numbers = iter(range(1, 2**31))


def next_number(count: int) -> int:
    """The first of `count` pull request numbers nobody used yet."""
    first = next(_numbers)
    for _ in range(count - 1):
        next(_numbers)
    return first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--requests", type=int, default=1_000, help="per round and server")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 16])
    options = parser.parse_args()
    with database() as url:
        prepare(url)
        with serving("benchmarks.bare_settings", url) as bare, serving("kodus_queue.settings", url) as door:
            for clients in options.clients:
                compare({"bare": bare, "door": door}, clients=clients, count=options.requests, rounds=options.rounds)


if __name__ == "__main__":
    main()
