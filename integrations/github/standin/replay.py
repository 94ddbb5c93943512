"""Real pull requests again: a repository from a git bundle, and the pull requests recorded beside it.

`NAME.bundle` holds the commits, `NAME.pulls.json` a list of {number, base, head, merge_base, title}.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from integrations.github.standin.hosted import git_environment
from integrations.github.standin.server import StandIn


@dataclass(frozen=True, slots=True)
class RecordedPull:
    number: int
    base: str
    head: str
    merge_base: str
    title: str


def clone_bundle(bundle: Path, into: Path) -> Path:
    """A bare repository at `into` with every ref of the bundle."""
    subprocess.run(
        ["git", "clone", "--quiet", "--mirror", str(bundle), str(into)],
        env=git_environment(),
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return into


def recorded_pulls(pulls: Path) -> list[RecordedPull]:
    fields = RecordedPull.__slots__
    return [RecordedPull(*(entry[field] for field in fields)) for entry in json.loads(pulls.read_bytes())]


def open_recorded(standin: StandIn, repository: str, pull: RecordedPull) -> int:
    """Open the recorded pull request under its own number; its webhook is sent as for any other."""
    return standin.open_pull_request(repository, base=pull.base, head=pull.head, title=pull.title, number=pull.number)
