"""A database for commands that need one and no service: `manage.py review` on a machine where nothing runs."""

import os
from collections.abc import Sequence
from pathlib import Path

from kodus_queue.embedded.postgres import ensure_postgres
from kodus_queue.processes import embedded_parts, process_environment

COMMANDS = frozenset({"review"})


def lend_database(arguments: Sequence[str]) -> bool:
    """Start the embedded PostgreSQL until this process ends, if the command needs it; True when it was lent.

    Call it before Django reads its settings: they take the address from what is written here.
    """
    asks_for_help = {"--help", "-h"} & set(arguments)
    if arguments[1:2] and arguments[1] in COMMANDS and not asks_for_help and "postgres" in embedded_parts(os.environ):
        ensure_postgres(Path(process_environment(os.environ)["KODUS_STATE_DIR"]))
        return True
    return False
