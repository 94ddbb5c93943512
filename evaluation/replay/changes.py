"""The changes that are replayed, from real repositories."""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECTS = ("huey", "gidgethub", "structlog")
PULLS, PUSHES, COMMITS = "pulls", "pushes", "commits"


@dataclass(frozen=True, slots=True)
class Change:
    """`name` is the pull request's number, "#12", the first letters of a commit's id, or both, with "@"."""

    project: str
    name: str
    base_sha: str
    head_sha: str


def clone(project: str, bundles: Path, folder: Path) -> Path:
    """The project's repository in `folder`, made from its bundle when it is not there."""
    path = folder / f"{project}.git"
    if not path.is_dir():
        unfinished = folder / f"{project}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        _git("clone", "--quiet", "--mirror", str(bundles / f"{project}.bundle"), str(unfinished))
        unfinished.rename(path)
    return path


def changes_of(project: str, kind: str, bundles: Path, repository: Path) -> list[Change]:
    """All of a kind, the newest first: so the first graph of a project is the largest that is read from nothing."""
    if kind == COMMITS:
        return list(_commits(project, repository))
    pulls = list(_pulls(project, bundles))
    return pulls if kind == PULLS else [push for pull in pulls for push in _pushes(pull, repository)]


def pull_of(name: str) -> str:
    """Of the name of a push, the pull request."""
    return name.partition("@")[0]


def drawn(changes: Sequence[Change], *, at_most: int | None, seed: int) -> list[Change]:
    """All of them, or as many as wanted, drawn by the seed; the order stays."""
    if at_most is None or at_most >= len(changes):
        return list(changes)
    picked = random.Random(seed).sample(range(len(changes)), at_most)  # noqa: S311 - to draw the same again, not to hide
    return [changes[index] for index in sorted(picked)]


def _pulls(project: str, bundles: Path) -> Iterator[Change]:
    listed = json.loads((bundles / f"{project}.pulls.json").read_text(encoding="utf-8"))
    for pull in sorted(listed, key=lambda pull: -int(pull["number"])):
        yield Change(project, f"#{pull['number']}", pull["base"], pull["head"])


def _pushes(pull: Change, repository: Path) -> Iterator[Change]:
    """Each head that a pull request may have been pushed with, the first one first; none of those of one commit."""
    options = ["--first-parent", "--reverse", f"{pull.base_sha}..{pull.head_sha}"]
    heads = _git("-C", str(repository), "rev-list", *options).split()
    if len(heads) > 1:
        yield from (Change(pull.project, f"{pull.name}@{head[:12]}", pull.base_sha, head) for head in heads)


def _commits(project: str, repository: Path) -> Iterator[Change]:
    """What went to the main line without a merge, each against the one before it; the very first has none."""
    options = ["--first-parent", "--no-merges", "--parents", "HEAD"]
    for line in _git("-C", str(repository), "rev-list", *options).splitlines():
        head, *parents = line.split()
        if parents:
            yield Change(project, head[:12], parents[0], head)


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout
