"""How fast the code graph of a real repository is built: cold, after a change of ten files, and of a far larger one.

    python -m benchmarks.code_graph [--package wagtail==8.0.1] [--grown-to 10000]

The repository is one package's sources, committed: a wheel fetched with pip, or a package that is installed here. The
larger one is the same with copies, each file with content of its own. Everything a job does is in the figures:
listing, reading, parsing, extraction, storing in PostgreSQL (DATABASE_URL's, or one started here); fetching is told
apart. The bound beside them is tree-sitter alone parsing the same bytes in the same run. Each build has a process of
its own, of one thread; processor time is that process's and its gits', not the database server's.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

from benchmarks.one_graph import Timer
from benchmarks.sources import PACKAGE, Files, changed, commit, grown, make_repository, sources_of
from tests.services import Postgres

AIM_FILES_PER_SECOND, AIM_SECOND_COMMIT_SECONDS, AIM_PEAK_MB = 400, 0.3, 300
#: A file of the larger repository may cost this many times what one of the smaller does.
AIM_LINEAR = 1.25


@dataclass(frozen=True)
class Graph:
    """What building took: seconds by the clock and of processor time, megabytes at the most."""

    files: int
    extracted: int
    fetch: tuple[float, float]
    build: tuple[float, float]
    peak_mb: float

    @property
    def rate(self) -> float:
        """Files of the repository per second of one core."""
        return self.files / self.build[1]

    def __str__(self) -> str:
        read = f"{self.extracted} of them read, the others are like one of those"
        return f"{self.rate:.0f} files/s of one core ({read}), {self.peak_mb:.0f} MB at the most"


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """Django set up on an empty, migrated database."""
    server = None
    if "DATABASE_URL" not in os.environ:
        server = Postgres(folder / "postgres")
        os.environ["DATABASE_URL"] = server.start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")
    os.environ["KODUS_STATE_DIR"] = str(folder / "state")
    os.environ.setdefault("KODUS_LOG_LEVEL", "WARNING")
    try:
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - needs the settings made above

        call_command("migrate", verbosity=0)
        yield
    finally:
        if server:
            server.stop()


def build(name: str, repository: Path, *shas: str) -> Graph:
    command = [sys.executable, "-m", "benchmarks.one_graph", name, str(repository), *shas]
    return Graph(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def show(what: str, seconds: tuple[float, float], remark: str) -> None:
    print(f"{what:<24} {seconds[0]:6.2f} s   processor {seconds[1]:6.2f} s   {remark}", flush=True)


def parsed(files: Files) -> tuple[float, float]:
    """What parsing alone takes."""
    from analysis.languages.python import PYTHON  # noqa: PLC0415 - needs Django set up
    from analysis.parsing import MAX_SOURCE_BYTES, parse  # noqa: PLC0415 - kept with its sibling

    timer = Timer()
    for content in files.values():
        if len(content) <= MAX_SOURCE_BYTES:
            parse(content, PYTHON.grammar)
    return timer.stop()


def impact(name: str, first: str, second: str, edited: Files) -> None:
    from analysis.graph import load_graph  # noqa: PLC0415 - needs Django set up
    from analysis.impact import contract_changes  # noqa: PLC0415 - kept with its sibling

    timer = Timer()
    found = contract_changes(load_graph(name, first), load_graph(name, second), changed_paths=set(edited))
    callers = sum(len(change.broken_callers) for change in found)
    show("impact of the change", timer.stop(), f"{len(found)} contract changes, {callers} broken callers")


def measure(package: str, grown_to: int, folder: Path) -> list[str]:
    """Print the figures; returns what missed its aim."""
    files = sources_of(package, folder / "wheel")
    repository = folder / "repository"
    first = make_repository(repository, files)
    lines = sum(content.count(b"\n") for content in files.values())
    print(f"{package}: {len(files)} Python files, {lines} lines")
    bound = parsed(files)
    show("bound, parse only", bound, f"{len(files) / bound[1]:.0f} files/s of one core")
    cold = build(package, repository, first)
    show("fetch", cold.fetch, "by git, from the local repository")
    show("cold graph", cold.build, f"{cold}, {bound[1] / cold.build[1]:.2f} of the bound")
    edited = changed(files)
    second = commit(repository, edited)
    again = build(package, repository, second)
    show("second commit", again.build, f"{again.extracted} files read of {again.files}")
    impact(package, first, second, edited)

    larger = folder / "larger"
    whole = build("larger", larger, make_repository(larger, grown(files, grown_to)))
    ratio = cold.rate / whole.rate
    show(f"cold, {whole.files} files", whole.build, f"{whole}, × {ratio:.2f} per file")
    peak = max(cold.peak_mb, whole.peak_mb)
    met = {
        f"≥ {AIM_FILES_PER_SECOND} files/s of one core": cold.rate >= AIM_FILES_PER_SECOND,
        f"second commit ≤ {AIM_SECOND_COMMIT_SECONDS} s": again.build[1] <= AIM_SECOND_COMMIT_SECONDS,
        f"≤ {AIM_PEAK_MB} MB": peak <= AIM_PEAK_MB,
        f"≤ × {AIM_LINEAR} per file": ratio <= AIM_LINEAR,
    }
    return [aim for aim, is_met in met.items() if not is_met]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--package", default=PACKAGE, help="installed, or fetched with pip (default: %(default)s)")
    parser.add_argument("--grown-to", type=int, default=10_000, metavar="FILES", help="default: %(default)s")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kodus-bench-"))
    folder.chmod(0o755)
    try:
        with database(folder):
            missed = measure(options.package, options.grown_to, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"aims missed: {'; '.join(missed)}" if missed else "aims met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
