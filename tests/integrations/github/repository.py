"""A small repository with a branch `change` whose diff has everything a comment may hit or miss."""

import os
import subprocess
from pathlib import Path

_WHO = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in {"NAME": "Ada", "EMAIL": "ada@example.com", "DATE": "2025-03-01T10:00:00Z"}.items()
}
BASE = [f"line {number}" for number in range(1, 61)]
# Line 10 changed, 12 deleted, two lines added after 50: two hunks, new lines 7 to 14 and 47 to 54.
CHANGED = [*BASE[:9], "line ten", BASE[10], *BASE[12:50], "added 1", "added 2", *BASE[50:]]


def git(path: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, **_WHO}
    done = subprocess.run(
        ["git", "-C", str(path), *arguments], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(path: Path, message: str, **files: str) -> str:
    """Write the files (`__` in a name is a slash, its last `_` the dot) and commit; the new commit's id."""
    for name, text in files.items():
        folder, _, stem = name.rpartition("__")
        file = path / folder.replace("__", "/") / ".".join(stem.rsplit("_", 1))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(path, "add", "-A")
    git(path, "commit", "-q", "-m", message)
    return git(path, "rev-parse", "HEAD")


def make_repository(path: Path) -> Path:
    path.mkdir(parents=True)
    git(path, "init", "-q", "-b", "main")
    commit(path, "Base", long_py=_text(BASE), other_py="x = 1\n", src__old_py=_text(BASE[:20]))
    git(path, "checkout", "-q", "-b", "change")
    git(path, "mv", "src/old.py", "src/new.py")
    commit(path, "Change", long_py=_text(CHANGED), src__new_py=_text([*BASE[:20], "end"]), fresh_py="y = 2\n")
    git(path, "checkout", "-q", "main")
    commit(path, "Meanwhile", other_py="x = 2\n")
    return path


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
