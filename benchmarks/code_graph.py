"""How fast the code graph of a real repository is built, cold and after a change of ten files.

    python -m benchmarks.code_graph [--package wagtail]

The repository is one package's sources, committed: Django as it is installed here, or a wheel fetched with pip.
Everything a job does is in the figures: fetch into the mirror, listing, reading, parsing, extraction, storing in
PostgreSQL (DATABASE_URL's, or one started here). The bound beside them is tree-sitter alone parsing the same bytes in
the same run. One process, one core; processor time is that process's and its gits', not the database server's.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import django

from tests.services import Postgres

CHANGED_FILES = 10
AIM_FILES_PER_SECOND, AIM_SECOND_COMMIT_SECONDS = 300, 0.5


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


def sources_of(package: str, folder: Path) -> dict[str, bytes]:
    """Path to content of every Python file of the package."""
    spec = find_spec(package)
    if spec and spec.submodule_search_locations:
        root = Path(spec.submodule_search_locations[0])
        return {f"{package}/{path.relative_to(root)}": path.read_bytes() for path in sorted(root.rglob("*.py"))}
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), package]
    if not find_spec("pip"):
        command = ["pip", *command[3:]]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return {name: wheel.read(name) for name in sorted(wheel.namelist()) if name.endswith(".py")}


def commit(repository: Path, files: dict[str, bytes]) -> str:
    for path, content in files.items():
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_bytes(content)
    git = ["git", "-C", str(repository), "-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"]
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "sources"], check=True)
    return subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def changed(files: dict[str, bytes]) -> dict[str, bytes]:
    """Ten files spread over the package, each with one function more and one parameter more."""
    candidates = [path for path, content in files.items() if b"\ndef " in content]
    picked = candidates[:: max(1, len(candidates) // CHANGED_FILES)][:CHANGED_FILES]
    return {
        path: files[path].replace(b"(self)", b"(self, added)", 1)
        + b"\n\ndef added(parameter):\n    return parameter\n"
        for path in picked
    }


class Timer:
    """Seconds since it was made: by the clock, and of processor time of this process and its ended children.

    On a machine with other work to do only the second says what one core would manage.
    """

    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), self._used()

    @staticmethod
    def _used() -> float:
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in usages)

    def stop(self) -> tuple[float, float]:
        return time.perf_counter() - self._clock, self._used() - self._processor


def show(what: str, seconds: tuple[float, float], remark: str) -> None:
    print(f"{what:<24} {seconds[0]:6.2f} s   processor {seconds[1]:6.2f} s   {remark}")


def measure(package: str, folder: Path) -> bool:
    from analysis.building import build_missing_graphs  # noqa: PLC0415 - needs Django set up
    from analysis.graph import load_graph  # noqa: PLC0415 - needs Django set up
    from analysis.impact import contract_changes  # noqa: PLC0415 - needs Django set up
    from analysis.languages.python import PYTHON  # noqa: PLC0415 - kept with its siblings
    from analysis.parsing import MAX_SOURCE_BYTES, parse  # noqa: PLC0415 - kept with its siblings
    from integrations.git.mirror import open_mirror  # noqa: PLC0415 - kept with its siblings

    files = sources_of(package, folder / "wheel")
    repository = folder / "repository"
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True)
    first = commit(repository, files)
    lines = sum(content.count(b"\n") for content in files.values())
    print(f"{package}: {len(files)} Python files, {lines} lines")

    timer = Timer()
    for content in files.values():
        if len(content) <= MAX_SOURCE_BYTES:
            parse(content, PYTHON.grammar)
    bound = timer.stop()
    show("bound, parse only", bound, f"{len(files) / bound[1]:.0f} files/s of one core")

    mirror = open_mirror(folder / "mirrors", package, str(repository))
    timer = Timer()
    mirror.fetch(first)
    show("fetch", timer.stop(), "by git, from the local repository")
    timer = Timer()
    (built,) = build_missing_graphs(mirror, package, [first], between_batches=lambda: None)
    cold = timer.stop()
    rate = built.files / cold[1]
    show("cold graph", cold, f"{rate:.0f} files/s of one core, {bound[1] / cold[1]:.2f} of the bound")

    edited = changed(files)
    second = commit(repository, edited)
    timer = Timer()
    (built,) = build_missing_graphs(mirror, package, [first, second], between_batches=lambda: None)
    again = timer.stop()
    show("second commit, fetched", again, f"{built.extracted} files read of {built.files}")

    timer = Timer()
    found = contract_changes(load_graph(package, first), load_graph(package, second), changed_paths=set(edited))
    callers = sum(len(change.broken_callers) for change in found)
    show("impact of the change", timer.stop(), f"{len(found)} contract changes, {callers} broken callers")

    met = rate >= AIM_FILES_PER_SECOND and again[1] < AIM_SECOND_COMMIT_SECONDS
    print(f"aims (>= {AIM_FILES_PER_SECOND} files/s of one core cold, second commit < {AIM_SECOND_COMMIT_SECONDS} s): "
          f"{'met' if met else 'NOT met'}")  # fmt: skip
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--package", default="django", help="installed here, or fetched with pip (default: django)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="kodus-bench-"))
    folder.chmod(0o755)
    try:
        with database(folder):
            return 0 if measure(options.package, folder) else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
