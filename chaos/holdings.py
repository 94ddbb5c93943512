"""What the service holds of its machine: processes, open files, sessions, locks, connections, files for a moment.

Looked at twice while it rests, before and after the faults, and once more when it has been told to end and has.
"""

import time
from contextlib import suppress
from typing import LiteralString

import psutil

from chaos.keeper import POLL_SECONDS, wait_until
from chaos.world import World

#: What rests looks the same for so long.
STILL_SECONDS = 3.0
SETTLES_WITHIN_SECONDS = 60.0
ENDS_WITHIN_SECONDS = 60.0

# PostgreSQL's own workers vacuum when they please.
_IN_THE_DATABASE: dict[str, LiteralString] = {
    "database sessions": """SELECT count(*) FROM pg_stat_activity WHERE datname = 'kodus'
                               AND backend_type = 'client backend' AND pid <> pg_backend_pid()""",
    "open transactions": """SELECT count(*) FROM pg_stat_activity WHERE datname = 'kodus'
                               AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                               AND xact_start IS NOT NULL""",
    "locks": """SELECT count(*) FROM pg_locks held JOIN pg_stat_activity session USING (pid)
                 WHERE held.database > 0 AND backend_type = 'client backend' AND pid <> pg_backend_pid()""",
    "prepared transactions": "SELECT count(*) FROM pg_prepared_xacts",
}


def at_rest(made: World) -> dict[str, int]:
    """Once the numbers of processes and sessions have stopped changing."""
    began = since = time.monotonic()
    latest = _counted(made)
    while time.monotonic() - since < STILL_SECONDS and time.monotonic() - began < SETTLES_WITHIN_SECONDS:
        time.sleep(POLL_SECONDS)
        before, latest = latest, _counted(made)
        if latest != before:
            since = time.monotonic()
    return {**latest, **_at_the_broker(made), "open files of one process": _most_open_files(made)}


def after_the_end(made: World) -> dict[str, int]:
    """Ask every process to end, kill none of them, and count what is there nevertheless, or has not ended in time."""
    made.keeper.let_end()
    with suppress(TimeoutError):
        wait_until(lambda: not made.keeper.running(), seconds=ENDS_WITHIN_SECONDS, what="the end of every process")
    return {
        "processes": len(_processes_of(made)),
        **_in_the_database(made),
        **_at_the_broker(made),
        "files for a moment": sum(len([*folder.glob("*")]) for folder in made.momentary),
    }


def _counted(made: World) -> dict[str, int]:
    return {"processes": len(_processes_of(made)), **_in_the_database(made)}


def _processes_of(made: World) -> list[psutil.Process]:
    """All that were given this world's folder, whoever is their parent by now."""
    told = ("KODUS_STATE_DIR", str(made.folder / "state"))
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if told in process.environ().items() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _most_open_files(made: World) -> int:
    counts = [0]
    for process in _processes_of(made):
        with suppress(psutil.Error):
            counts.append(process.num_fds())
    return max(counts)


def _in_the_database(made: World) -> dict[str, int]:
    with made.connect() as connection:
        return {name: connection.execute(query).fetchall()[0][0] for name, query in _IN_THE_DATABASE.items()}


def _at_the_broker(made: World) -> dict[str, int]:
    kinds = ("connections", "channels")
    return {f"broker {kind}": len(made.rabbitmq.control(f"list_{kind}", "pid").split()) for kind in kinds}
