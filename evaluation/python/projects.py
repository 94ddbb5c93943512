"""Python's projects: real repositories, each with an environment and a run of its own tests under watch.

What the watched run saw is kept under the commit and the watching program's digest, so that the next evaluation of
the same code starts with it.
"""

import hashlib
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from evaluation.projects import Project, Ready, run, tracked
from evaluation.python.source import File
from evaluation.python.witness import Witness, read_witness

WATCHER = Path(__file__).with_name("inside_a_project.py")

PROJECTS = (
    Project(
        "huey",
        ("huey/",),
        ("pytest==9.2.0", "peewee==4.5.3", "redis==8.1.0", "django==5.2.19", "gevent==26.9.0", "flask==3.1.3"),
        but_not=("huey/tests/",),
        tests=("huey/tests",),
    ),
    Project(
        "structlog",
        ("src/structlog/",),
        (
            *("pytest==9.2.0", "pytest-asyncio==1.5.0", "simplejson==4.3.0", "time-machine==3.6.0"),
            *("rich==15.0.0", "twisted==26.10.0", "better-exceptions==0.3.3", "greenlet==3.5.6"),
        ),
        tests=("tests",),
    ),
    Project(
        "gidgethub",
        ("gidgethub/",),
        (
            *("pytest==9.2.0", "pytest-asyncio==1.5.0", "pytest-tornasync==0.6.0.post2"),
            *("importlib-resources==7.1.0", "cachetools==8.0.2"),
            *("aiohttp==3.14.5", "tornado==6.6.1", "httpx==0.28.1"),
        ),
        tests=("tests",),
    ),
)


@dataclass(frozen=True)
class Watched(Ready):
    """With every Python file, and what its tests were seen to use."""

    packages: Path
    files: dict[str, File]
    witness: Witness


def prepare(project: Project, data: Path, folder: Path) -> Watched:
    """Clone, install, run the tests under watch; what is there already is taken. Raises ProjectNotReady."""
    checkout, environment = folder / project.name, folder / f"{project.name}-environment"
    if not checkout.is_dir():
        run("git", "clone", "--quiet", str(data / "repos" / f"{project.name}.bundle"), str(checkout))
    base = run("git", "-C", str(checkout), "rev-parse", "HEAD").strip()
    seen = folder / f"{project.name}-{base[:12]}-{_digest(WATCHER)}.json"
    if not seen.exists():
        _install(project, checkout, environment)
        _watch(project, checkout, environment, seen)
    files = {path: File(path, (checkout / path).read_bytes()) for path in tracked(checkout, "*.py")}
    packages = next((environment / "lib").glob("python*/site-packages"))
    return Watched(project, checkout, base, packages, files, read_witness(seen))


def _install(project: Project, checkout: Path, environment: Path) -> None:
    if not environment.is_dir():
        venv.create(environment, with_pip=True)
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, *project.needs, "--editable", str(checkout))


def _watch(project: Project, checkout: Path, environment: Path, output: Path) -> None:
    """Tests may fail, for want of a network or a server: then they show less."""
    python = str(environment / "bin" / "python")
    # Named, or pytest would take the configuration of a folder above for the project's.
    options = ["-q", "--no-header", "-c", "pyproject.toml"]
    said = run(python, str(WATCHER), ".", str(output), *options, *project.tests, folder=checkout)
    print(f"{project.name}: {said.strip().splitlines()[-1]}", file=sys.stderr)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
