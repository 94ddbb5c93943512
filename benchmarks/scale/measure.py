"""How long pages and lists take, and what they ask of the database, in filled databases of different sizes.

    python -m benchmarks.scale.measure SMALL LARGE [--requests 60] [--only admin]

The folders were made by benchmarks/scale/fill.py. Every page is asked for by a signed-in superuser with `--requests`
different addresses, in one process, without a network: what is measured is what a web process would be busy for, less
what it waited for a free processor (stopwatch.py). Each address is asked for twice in a row, and the two are told
apart. Exits with 1 when an aim is missed: too slow in any of the databases, too many queries, more than twice as slow
in the last as in the first, or a statement that counts, sorts or reads a big table whole.
"""

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

from benchmarks.ground import keep, machine
from benchmarks.scale.aims import heading, missed, row
from benchmarks.scale.folder import ROOT, environment, manage, serving

Figures = dict[str, dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", type=Path, nargs="+", help="the smallest first")
    parser.add_argument("--requests", type=int, default=60, help="different addresses of each page")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    parser.add_argument(
        "--within", action="store_true", help=argparse.SUPPRESS
    )  # the database is that of DATABASE_URL
    options = parser.parse_args()
    if options.within:
        print(json.dumps(figures_here(options.requests, options.only)))
        return
    facts = machine()
    found = {folder.name: figures_of(folder, options.requests, options.only) for folder in options.folders}
    missed = told(list(found.values()), list(found))
    keep("scale", facts, found)
    sys.exit(1 if missed else 0)


def figures_of(folder: Path, requests: int, only: str) -> Figures:
    """In a process of its own, since Django knows one database for its whole life."""
    _warn_if_old(folder)
    with serving(folder) as url:
        manage(folder, url, "migrate", "-v", "0", "--skip-checks")
        command = [sys.executable, "-m", "benchmarks.scale.measure", str(folder), "--within"]
        command += ["--requests", str(requests), "--only", only]
        environ = environment(folder, url) | {"KODUS_PROCESS": "api"}
        done = subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def figures_here(requests: int, only: str) -> Figures:
    django.setup()
    from benchmarks.scale.within import figures_of_pages  # noqa: PLC0415 - what it imports needs Django set up

    return figures_of_pages(requests, only)


def told(found: list[Figures], names: list[str]) -> list[str]:
    """Print the table; what missed its aim, in words."""
    print(heading(names))
    all_missed = []
    for name in found[-1]:
        figures = [each[name] for each in found]
        reasons = missed(figures)
        print(row(name, figures, reasons))
        all_missed += [f"{name}: {reason}" for reason in reasons]
    print("\n".join(["", *(all_missed or ["all aims are met"])]))
    return all_missed


def _warn_if_old(folder: Path) -> None:
    filled = dict(line.split(" ", 1) for line in (folder / "filled").read_text(encoding="utf-8").splitlines())
    age = datetime.now(UTC) - datetime.fromisoformat(filled["until"])
    if age > timedelta(hours=12):
        print(f"{folder}: the newest job is {age} old; what asks for the last hours finds nothing", file=sys.stderr)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")
    main()
