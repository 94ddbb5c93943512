"""Random lives of waiting jobs, as many as you like, on a PostgreSQL started here: is any event lost, or heard twice?

    python -m tests.jobs.events_in_any_order --lives 10000 --seed 7

Prints what happened, and ends with 1 when something is wrong. test_events_in_any_order.py runs a few hundred.
"""

import argparse
import logging
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from tests.services import Postgres


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # as Ctrl-C: the server is stopped
    with database():
        lives = import_module("tests.jobs.lives")  # needs models, which need the database's name
        began_at = time.monotonic()
        report = lives.run(options.lives, seed=options.seed)
        took_seconds = time.monotonic() - began_at
    lines = [f"{count:7} {name}" for name, count in sorted(report.counts.items())]
    lines += [f"{len(report.faults)} faults, seed {options.seed}, {took_seconds:.0f} s", *report.faults[:20]]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if report.faults else 0


@contextmanager
def database() -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="kodus-lives-"))
    folder.chmod(0o755)
    postgres = Postgres(folder / "postgres")
    os.environ["DATABASE_URL"] = postgres.start()
    os.environ["KODUS_STATE_DIR"] = str(folder / "state")
    os.environ["KODUS_SECRET_KEY"] = "a key for the length of a run"
    os.environ["DJANGO_SETTINGS_MODULE"] = "kodus_queue.settings"
    try:
        django.setup()
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # connections are killed here: it would tell of each
        call_command("migrate", verbosity=0)
        yield
    finally:
        postgres.stop(mode="immediate")
        shutil.rmtree(folder, ignore_errors=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311 - drawn, not secret
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
