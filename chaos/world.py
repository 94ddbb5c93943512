"""The ground of a campaign: real servers, real processes, a stand-in of GitHub, and links between them.

Every process reaches PostgreSQL, RabbitMQ and GitHub over links, so that each can be cut off from each. What runs on
this ground is a system (systems.py): the service itself, or something to compare it with.
"""

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from chaos.github import TOKEN, WEBHOOK_SECRET, GitHub, github
from chaos.keeper import CHECKOUT, Keeper, Kept, python, wait_until
from chaos.links.link import Link
from chaos.pace import Pace
from chaos.repositories import Repository, make_repository
from tests.services import Postgres, RabbitMQ

REPOSITORIES = ("acme/shop", "acme/till", "globex/store", "initech/kiosk", "hooli/market", "umbrella/depot")
#: Which kinds of processes reach which server over a link of their own.
LINKED = {"database": ("webhook", "dispatcher", "worker"), "broker": ("dispatcher", "worker"), "github": ("worker",)}
SECRET_KEY = "django-key-of-a-campaign-and-of-no-other-use"  # noqa: S105 - for processes on this machine
OPERATOR = {"username": "olga", "password": "of-a-campaign-7f1c"}
DISK_SIZE = "4g"
START_SECONDS = 90


@dataclass
class World:
    """`disk` is where PostgreSQL writes; None when it has no file system of its own that could be filled."""

    folder: Path
    seed: int
    pace: Pace
    disk: Path | None
    postgres: Postgres
    rabbitmq: RabbitMQ
    links: dict[tuple[str, str], Link]
    github: GitHub
    repositories: list[Repository]
    #: What webhooks are sent to, and what operators open; they stay open while the processes behind them come and go.
    door: socket.socket
    desk: socket.socket
    #: What the processes are given beside the rest: a plant, failpoints.
    extra: dict[str, str]
    keeper: Keeper = field(default_factory=Keeper)

    @property
    def database_url(self) -> str:
        """Straight to the server, past the links: for whoever judges."""
        return f"postgresql://kodus@127.0.0.1:{self.postgres.port}/kodus"

    @property
    def door_url(self) -> str:
        return _url(self.door)

    @property
    def desk_url(self) -> str:
        return _url(self.desk)

    @property
    def github_log(self) -> Path:
        return self.folder / "github.jsonl"

    @property
    def faults_log(self) -> Path:
        return self.folder / "faults.jsonl"

    @property
    def momentary(self) -> tuple[Path, Path]:
        """Where processes put what they need for a moment."""
        return self.folder / "tmp", self.folder / "state" / "scratch"

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.database_url, autocommit=True, connect_timeout=3)

    def named(self, prefix: str) -> list[Kept]:
        return self.keeper.named(prefix)

    def is_open(self) -> bool:
        """Whether the door answers and is ready."""
        try:
            return httpx.get(f"{self.door_url}/readyz", timeout=2, trust_env=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def environment(self, kind: str) -> dict[str, str]:
        """What a process of this kind (webhook, dispatcher, worker) is told; its servers are behind its links."""
        github = self.links["github", "worker"].port
        broker = self.links["broker", "worker" if kind == "worker" else "dispatcher"].port
        return {
            **os.environ,
            **self.pace.environment(),
            **self.extra,
            "DATABASE_URL": f"postgresql://kodus@127.0.0.1:{self.links['database', kind].port}/kodus",
            "BROKER_URL": f"amqp://guest:guest@127.0.0.1:{broker}//",
            "DJANGO_SETTINGS_MODULE": "chaos.inside.settings",
            "CHAOS_FAULTS_LOG": str(self.faults_log),
            "TMPDIR": str(self.folder / "tmp"),
            "KODUS_STATE_DIR": str(self.folder / "state"),
            "KODUS_SECRET_KEY": SECRET_KEY,
            "KODUS_GITHUB_API_URL": f"http://127.0.0.1:{github}/api/v3",
            "KODUS_GITHUB_GIT_URL": f"http://127.0.0.1:{github}",
            "KODUS_GITHUB_TOKEN": TOKEN,
            "KODUS_GITHUB_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "KODUS_GITHUB_HOOKS": ",".join(f"orgs/{name}/hooks/1" for name in _owners()),
            "KODUS_DATABASE_POOL_SIZE": "4",
            "PYTHONUNBUFFERED": "1",
        }


@contextmanager
def world(
    folder: Path,
    add_processes: Callable[[World], None],
    *,
    seed: int,
    pace: Pace,
    heads: int,
    extra: dict[str, str],
) -> Iterator[World]:
    """All of it, started and ready."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # as Ctrl-C: everything is stopped
    rng = random.Random(seed)  # noqa: S311 - it must repeat
    folder.chmod(0o755)
    for name in ("log", "state", "tmp"):
        (folder / name).mkdir()
    repositories = [
        make_repository(folder / "repositories" / name, name, heads=heads, rng=rng) for name in REPOSITORIES
    ]
    with ExitStack() as stack:
        disk = _disk(folder, stack)
        postgres, rabbitmq = _servers(folder, stack)
        links = _links(postgres, rabbitmq, seed, stack)
        door, desk = (stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1024)) for _ in range(2))
        playing = github(folder / "github.jsonl", repositories, webhook_url=f"{_url(door)}/webhooks/github")
        stand_in = stack.enter_context(playing)
        links["github", "worker"] = stack.enter_context(Link(stand_in.port, seed=seed))
        made = World(folder, seed, pace, disk, postgres, rabbitmq, links, stand_in, repositories, door, desk, extra)
        add_processes(made)
        _start(made, stack)
        yield made


def _start(made: World, stack: ExitStack) -> None:
    environment = {**made.environment("dispatcher"), "DATABASE_URL": made.database_url, "CHAOS_PLANT": ""}
    environment |= {f"DJANGO_SUPERUSER_{name.upper()}": value for name, value in OPERATOR.items()}
    for command in (("migrate",), ("createsuperuser", "--noinput", "--email", "")):
        subprocess.run(python("manage.py", *command, "-v", "0"), cwd=CHECKOUT, env=environment, check=True)
    with made.connect() as connection:
        connection.execute(
            "UPDATE django_celery_beat_crontabschedule SET minute = %s WHERE minute = '*/2'",
            [made.pace.recovery_minutes],
        )
    stack.enter_context(made.keeper)
    for name in made.keeper.kept:
        made.keeper.start(name)
    wait_until(made.is_open, seconds=START_SECONDS, what="the door opening")
    wait_until(lambda: all(map(_consumes, made.named("worker"))), seconds=START_SECONDS, what="the workers' start")


def _url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _consumes(worker: Kept) -> bool:
    return "ready." in worker.log.read_text(errors="replace")


def _disk(folder: Path, stack: ExitStack) -> Path | None:
    """A file system in memory for PostgreSQL alone, where this user may make one."""
    disk = folder / "postgres"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_SIZE}", "tmpfs", str(disk)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        return None
    stack.callback(subprocess.run, ["umount", "--lazy", str(disk)], check=False)
    return disk


def _servers(folder: Path, stack: ExitStack) -> tuple[Postgres, RabbitMQ]:
    postgres, rabbitmq = Postgres(folder / "postgres", durable=True), RabbitMQ(folder / "rabbitmq")
    stack.callback(_stop_if_it_runs, postgres)
    postgres.start()
    stack.callback(rabbitmq.stop)
    rabbitmq.start()
    return postgres, rabbitmq


def _stop_if_it_runs(postgres: Postgres) -> None:
    if (postgres.folder / "data" / "postmaster.pid").exists():
        postgres.stop("immediate")


def _links(postgres: Postgres, rabbitmq: RabbitMQ, seed: int, stack: ExitStack) -> dict[tuple[str, str], Link]:
    ports = {"database": postgres.port, "broker": rabbitmq.port}
    return {
        (server, client): stack.enter_context(Link(port, seed=seed))
        for server, port in ports.items()
        for client in LINKED[server]
    }


def _owners() -> list[str]:
    return sorted({name.partition("/")[0] for name in REPOSITORIES})
