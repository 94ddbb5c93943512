"""Kill, freeze, stop and wipe PostgreSQL and RabbitMQ."""

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psutil
import psycopg

from chaos.faults.kinds import fault
from chaos.keeper import wait_until
from chaos.world import World

REVIEWS = "workflow.jobs.code_review"
ANNOUNCED_SECONDS = 5.0


def postmaster(world: World) -> psutil.Process:
    return psutil.Process(int((world.postgres.folder / "data" / "postmaster.pid").read_text().split()[0]))


def start_postgres(world: World) -> None:
    def started() -> bool:
        try:
            world.postgres.resume()
        except subprocess.CalledProcessError:
            return _answers(world)
        return True

    wait_until(started, seconds=60, what="the start of PostgreSQL")


def _answers(world: World) -> bool:
    try:
        with world.connect() as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


@fault(group="database", seconds=(1, 4), weight=2)
def database_stopped_at_once(world: World, _rng: random.Random) -> Iterator[str]:
    world.postgres.stop("immediate")
    yield "PostgreSQL"
    start_postgres(world)


@fault(group="database", seconds=(0, 2))
def database_killed(world: World, _rng: random.Random) -> Iterator[str]:
    first = postmaster(world)
    children = first.children()
    first.kill()
    yield "PostgreSQL"
    psutil.wait_procs(children, timeout=20)  # they end when they notice, and until then it cannot start
    start_postgres(world)


@fault(group="database", weight=3)
def database_session_killed(world: World, rng: random.Random) -> Iterator[str]:
    """One connection of the service, ended by an administrator."""
    with world.connect() as connection:
        sessions = connection.execute(
            "SELECT pid, application_name FROM pg_stat_activity WHERE datname = 'kodus' AND pid <> pg_backend_pid()"
        ).fetchall()
        pid, name = rng.choice(sessions) if sessions else (0, "none")
        connection.execute("SELECT pg_terminate_backend(%s)", [pid])
    yield str(name)


@fault(group="database")
def database_session_killed_9(world: World, rng: random.Random) -> Iterator[str]:
    """A backend dies: PostgreSQL ends all of them and recovers."""
    with world.connect() as connection:
        pids = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = 'kodus' AND pid <> pg_backend_pid()"
        ).fetchall()
    if pids:
        with suppress(ProcessLookupError):
            os.kill(rng.choice(pids)[0], signal.SIGKILL)
    yield "a backend"
    wait_until(lambda: _answers(world), seconds=60, what="PostgreSQL's recovery")


@fault(group="database", seconds=(2, 4))
def jobs_table_locked(world: World, _rng: random.Random) -> Iterator[str]:
    """As a careless migration does it."""
    connection: psycopg.Connection[Any] = psycopg.connect(world.database_url)
    connection.execute("LOCK TABLE workflow_jobs IN ACCESS EXCLUSIVE MODE")
    yield "workflow_jobs"
    connection.close()


def _broker_processes(world: World) -> list[psutil.Process]:
    assert world.rabbitmq.process
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(world.rabbitmq.process.pid)
        return [parent, *parent.children(recursive=True)]
    return []


@fault(group="broker", seconds=(1, 5), weight=2)
def broker_killed(world: World, _rng: random.Random) -> Iterator[str]:
    world.rabbitmq.kill()
    yield "RabbitMQ"
    world.rabbitmq.start()


@fault(group="broker", seconds=(0, 2))
def broker_restarted(world: World, _rng: random.Random) -> Iterator[str]:
    world.rabbitmq.stop()
    yield "RabbitMQ"
    world.rabbitmq.start()


def wipe_broker(world: World) -> None:
    """Every message and every queue is gone, and it starts as new."""
    world.rabbitmq.kill()
    shutil.rmtree(world.rabbitmq.folder / "data", ignore_errors=True)
    world.rabbitmq.start()


@fault(group="broker")
def broker_wiped(world: World, _rng: random.Random) -> Iterator[str]:
    wipe_broker(world)
    yield "RabbitMQ"


@fault(group="broker", seconds=(3, 12))
def broker_frozen(world: World, _rng: random.Random) -> Iterator[str]:
    processes = _broker_processes(world)
    for process in processes:
        process.suspend()
    yield "RabbitMQ"
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.resume()


@fault(group="broker", seconds=(2, 6))
def broker_out_of_memory(world: World, _rng: random.Random) -> Iterator[str]:
    """Its memory alarm stops whoever publishes."""
    world.rabbitmq.control("set_vm_memory_high_watermark", "0.00001")
    yield "RabbitMQ"
    world.rabbitmq.control("set_vm_memory_high_watermark", "0.3")


@fault(group="broker")
def messages_lost(world: World, _rng: random.Random) -> Iterator[str]:
    """The queue of reviews is deleted while a message lies in it, because no worker is there to take any."""
    reviewing = world.named("worker-review")
    for kept in reviewing:
        world.keeper.stop(kept.name)
    with suppress(TimeoutError):
        wait_until(lambda: _lies_announced(world), seconds=ANNOUNCED_SECONDS, what="a message in the queue")
    with suppress(subprocess.CalledProcessError):
        world.rabbitmq.control("delete_queue", REVIEWS)
    for kept in reviewing:
        world.keeper.start(kept.name)
    yield REVIEWS


def _lies_announced(world: World) -> bool:
    announced = "SELECT FROM outbox_messages WHERE sent_at IS NOT NULL AND destination = %s"
    try:
        with world.connect() as connection:
            return connection.execute(announced, [REVIEWS]).fetchone() is not None
    except psycopg.Error:  # it may be away just now
        return False


@fault(group="broker", seconds=(0, 0))
def queue_deleted(world: World, rng: random.Random) -> Iterator[str]:
    queue = rng.choice([REVIEWS, "workflow.jobs.ast_analysis"])
    with suppress(subprocess.CalledProcessError):
        world.rabbitmq.control("delete_queue", queue)
    yield queue
