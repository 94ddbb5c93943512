"""What is put under load: the service, or one of the baselines, each as processes in a world."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chaos.keeper import Kept, python
from chaos.world import World

ANALYSIS_QUEUES = [f"workflow.jobs.{name}" for name in ("ast_analysis", "delivery_recovery", "command_answer")]

Processes = Callable[[World], None]


@dataclass(frozen=True, slots=True)
class System:
    """`stores`: it has tables to wait for and to judge by."""

    name: str
    add_processes: Processes
    stores: bool = False


def _service(made: World) -> None:
    celery = python("-m", "celery", "-q", "-A", "kodus_queue")
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "-l", "info", "-c", "2"]
    programs: dict[str, tuple[str, int, list[str]]] = {
        "webhook": ("webhook", 2, python("-m", "kodus_queue.web")),
        "api": ("webhook", 1, python("-m", "kodus_queue.web")),
        "dispatcher": ("dispatcher", 2, python("manage.py", "dispatch")),
        "worker-review": ("worker", 2, [*worker, "-Q", "workflow.jobs.code_review,workflow.jobs.command_answer"]),
        "worker-analysis": (
            "worker",
            1,
            [*worker, "-Q", f"{','.join(ANALYSIS_QUEUES)},workflow.calendar"],
        ),
        "events": ("dispatcher", 1, python("manage.py", "consume_events")),
        "beat": ("dispatcher", 2, [*celery, "beat", "-l", "warning", "--pidfile="]),
    }
    listeners = {"webhook": made.door, "api": made.desk}
    for program, (kind, count, command) in programs.items():
        for number in range(count):
            name = f"{program}-{number}"
            named = [*command, "-n", f"{name}@localhost"] if kind == "worker" else command
            environment = {**made.environment(kind), "KODUS_PROCESS": program}
            _add(made, name, named, environment, listeners.get(program))


def _plain_celery(made: World, *, acks_late: bool) -> None:
    _add_door(made, "chaos.baselines.doors:to_celery", acks_late=acks_late)
    worker = [*("celery", "-q", "-A", "chaos.baselines.celery_app", "worker"), "-l", "info", "-c", "2"]
    for number in range(2):
        name = f"worker-review-{number}"
        command = python("-m", *worker, "--without-gossip", "--without-mingle", "-n", f"{name}@localhost")
        _add(made, name, command, _told(made, "worker", acks_late=acks_late))


def _in_memory(made: World) -> None:
    _add_door(made, "chaos.baselines.doors:to_memory", acks_late=False)


def _add_door(made: World, application: str, *, acks_late: bool) -> None:
    command = python("-m", "gunicorn", "--bind", "fd://0", "-k", "gthread", "--threads", "32", application)
    _add(made, "webhook-0", command, _told(made, "dispatcher", acks_late=acks_late), made.door)


def _told(made: World, kind: str, *, acks_late: bool) -> Mapping[str, str]:
    return {**made.environment(kind), "BASELINE_ACKS_LATE": "1" if acks_late else "0"}


def _add(
    made: World, name: str, command: list[str], environment: Mapping[str, str], listener: socket.socket | None = None
) -> None:
    made.keeper.add(Kept(name, command, environment, made.folder / "log" / f"{name}.log", listener))


OURS = System("kodus queue", _service, stores=True)
SYSTEMS = {
    system.name: system
    for system in (
        OURS,
        System("celery, acks early", lambda made: _plain_celery(made, acks_late=False)),
        System("celery, acks late", lambda made: _plain_celery(made, acks_late=True)),
        System("in memory", _in_memory),
    )
}
