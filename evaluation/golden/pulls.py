"""The golden pull requests. Of each there are the changed files before and after, and the comments; nothing else.

So a repository is made that holds these files only: what stands in files the pull request did not touch is unknown.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from evaluation.golden.overlap import Comment

#: The commits have no author of their own, and the same id each time.
_NOBODY = {f"GIT_{who}_{what}": "golden" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_WHEN = {f"GIT_{who}_DATE": "2000-01-01T00:00:00Z" for who in ("AUTHOR", "COMMITTER")}


@dataclass(frozen=True, slots=True)
class GoldenPull:
    """`golden` and `refused`: what people agreed with, and what they judged wrong; on the new side only."""

    name: str
    language: str
    repository: Path
    base_sha: str
    head_sha: str
    golden: tuple[Comment, ...]
    refused: tuple[Comment, ...]


def read_pull(source: Path, folder: Path) -> GoldenPull:
    """The pull request in `source`, with its repository made anew in `folder`."""
    repository = folder / source.name
    shutil.rmtree(repository, ignore_errors=True)
    repository.mkdir(parents=True)
    _git(repository, "init", "--quiet", "--initial-branch=main")
    base_sha, head_sha = (_commit(repository, source / side) for side in ("base", "head"))
    said = json.loads((source / "golden.json").read_text(encoding="utf-8"))
    meta = json.loads((source / "meta.json").read_text(encoding="utf-8"))
    golden, refused = (tuple(_comments(said[verdict])) for verdict in ("positive", "negative"))
    return GoldenPull(source.name, meta["language"], repository, base_sha, head_sha, golden, refused)


def _comments(said: list[dict[str, object]]) -> list[Comment]:
    return [
        Comment(str(one["path"]), int(str(one["from_line"])), int(str(one["to_line"])))
        for one in said
        if one["side"] == "right"
    ]


def _commit(repository: Path, files: Path) -> str:
    """A commit of exactly these files; of none, where the folder is not there: then all of them are new."""
    _git(repository, "rm", "-r", "-q", "--cached", "--ignore-unmatch", ".")
    if files.is_dir():
        _git(repository, f"--work-tree={files}", "add", "--all", "--force")
    _git(repository, "commit", "--quiet", "--allow-empty", "--message", files.name)
    return _git(repository, "rev-parse", "HEAD").strip()


def _git(repository: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(repository), "GIT_CONFIG_NOSYSTEM": "1", **_NOBODY, **_WHEN}
    done = subprocess.run(
        ["git", f"--git-dir={repository / '.git'}", *arguments],
        cwd=repository,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
