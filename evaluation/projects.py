"""The projects the evaluation is made on: real repositories, and a run of their own tests under watch.

Each gets a checkout and a virtual environment of its own that can be thrown away. What the watched run saw is kept
under the commit and the watching program's digest, so that the next evaluation of the same code starts with it.
"""

import hashlib
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from evaluation.python.source import File
from evaluation.witness import Witness, read_witness

WATCHER = Path(__file__).with_name("inside_a_project.py")
_TEST_SECONDS = 900


class ProjectNotReady(Exception):
    """A project's checkout, environment or watched run could not be made."""


@dataclass(frozen=True, slots=True)
class Project:
    """`sources` are the folders whose definitions are mutated; `needs` are installed beside it."""

    name: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]
    needs: tuple[str, ...]
    but_not: tuple[str, ...] = ()

    def is_source(self, path: str) -> bool:
        return path.startswith(self.sources) and not (self.but_not and path.startswith(self.but_not))


PROJECTS = (
    Project(
        "huey",
        ("huey/",),
        ("huey/tests",),
        ("pytest==9.2.0", "peewee==4.5.3", "redis==8.1.0", "django==5.2.19", "gevent==26.9.0", "flask==3.1.3"),
        but_not=("huey/tests/",),
    ),
    Project(
        "structlog",
        ("src/structlog/",),
        ("tests",),
        (
            *("pytest==9.2.0", "pytest-asyncio==1.5.0", "simplejson==4.3.0", "time-machine==3.6.0"),
            *("rich==15.0.0", "twisted==26.10.0", "better-exceptions==0.3.3", "greenlet==3.5.6"),
        ),
    ),
    Project(
        "gidgethub",
        ("gidgethub/",),
        ("tests",),
        (
            *("pytest==9.2.0", "pytest-asyncio==1.5.0", "pytest-tornasync==0.6.0.post2"),
            *("importlib-resources==7.1.0", "cachetools==8.0.2"),
            *("aiohttp==3.14.5", "tornado==6.6.1", "httpx==0.28.1"),
        ),
    ),
)


@dataclass(frozen=True)
class Ready:
    """A project at its base commit, with every Python file and what its tests were seen to use."""

    project: Project
    checkout: Path
    packages: Path
    base: str
    files: dict[str, File]
    witness: Witness


def prepare(project: Project, bundles: Path, folder: Path) -> Ready:
    """Clone, install, run the tests under watch; what is there already is taken. Raises ProjectNotReady."""
    checkout, environment = folder / project.name, folder / f"{project.name}-environment"
    if not checkout.is_dir():
        _run("git", "clone", "--quiet", str(bundles / f"{project.name}.bundle"), str(checkout))
    base = _run("git", "-C", str(checkout), "rev-parse", "HEAD").strip()
    seen = folder / f"{project.name}-{base[:12]}-{_digest(WATCHER)}.json"
    if not seen.exists():
        _install(project, checkout, environment)
        _watch(project, checkout, environment, seen)
    tracked = _run("git", "-C", str(checkout), "ls-files", "-z", "*.py").split("\0")
    files = {path: File(path, (checkout / path).read_bytes()) for path in sorted(tracked) if path}
    packages = next((environment / "lib").glob("python*/site-packages"))
    return Ready(project, checkout, packages, base, files, read_witness(seen))


def _install(project: Project, checkout: Path, environment: Path) -> None:
    if not environment.is_dir():
        venv.create(environment, with_pip=True)
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    _run(*pip, *project.needs, "--editable", str(checkout))


def _watch(project: Project, checkout: Path, environment: Path, output: Path) -> None:
    """Tests may fail, for want of a network or a server: then they show less."""
    python = str(environment / "bin" / "python")
    # Named, or pytest would take the configuration of a folder above for the project's.
    options = ["-q", "--no-header", "-c", "pyproject.toml"]
    said = _run(python, str(WATCHER), ".", str(output), *options, *project.tests, folder=checkout)
    print(f"{project.name}: {said.strip().splitlines()[-1]}", file=sys.stderr)


def _run(*command: str, folder: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, check=True, capture_output=True, text=True, timeout=_TEST_SECONDS
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ProjectNotReady(f"{' '.join(command)}: {str(error.stderr or error)[-1500:]}") from error
    return done.stdout


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
