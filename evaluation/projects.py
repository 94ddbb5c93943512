"""The projects an evaluation is made on: real ones, each in a checkout of its own that can be thrown away."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 900


class ProjectNotReady(Exception):
    """A project's checkout, what it needs or its judge could not be made."""


@dataclass(frozen=True, slots=True)
class Project:
    """`sources` are the folders whose definitions are mutated; `needs` are installed beside it.

    `tests`: what is run where the project's own tests are the judge.
    """

    name: str
    sources: tuple[str, ...]
    needs: tuple[str, ...]
    but_not: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    def is_source(self, path: str) -> bool:
        return path.startswith(self.sources) and not (self.but_not and path.startswith(self.but_not))


@dataclass(frozen=True)
class Ready:
    """A project at its base commit. A language adds what it knows of it."""

    project: Project
    checkout: Path
    base: str


def tracked(checkout: Path, *patterns: str) -> list[str]:
    """Paths of the base commit, in order."""
    listed = run("git", "-C", str(checkout), "ls-files", "-z", *patterns).split("\0")
    return sorted(path for path in listed if path)


def run(*command: str, folder: Path | None = None) -> str:
    """What the command printed. Raises ProjectNotReady."""
    try:
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired, FileNotFoundError) as error:
        said = getattr(error, "stderr", None) or error
        raise ProjectNotReady(f"{' '.join(command)}: {str(said)[-1500:]}") from error
    return done.stdout
