"""A git repository as the stand-in hosts it: the path it was given is the repository, nothing is copied.

Commits made in it are seen at once; the stand-in itself writes only refs: `refs/pull/N/head` and moved branches.
Only for repositories of our own making: the service proper reads strangers' code through the `git` room.
"""

import os
import re
import subprocess
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# Read as command-line configuration, so the hosted repository's own files stay as they are.
_CONFIGURATION = {
    "uploadpack.allowAnySHA1InWant": "true",  # as GitHub does
    "uploadpack.allowFilter": "true",
    "core.quotePath": "false",
    "safe.directory": "*",
}
_FULL_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class UnknownRevision(Exception):
    """The hosted repository has no such commit."""


@dataclass(frozen=True, slots=True)
class FileChange:
    path: str
    previous_path: str | None  # where it was, when it was renamed
    additions: int
    deletions: int


@dataclass(frozen=True)
class HostedRepository:
    full_name: str
    path: Path
    default_branch: str
    private: bool = False
    first_name: str = ""  # under which it was made, when it has another now

    @property
    def id(self) -> int:
        """Outlives its name."""
        return zlib.crc32((self.first_name or self.full_name).encode()) + 1

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]

    def resolve(self, revision: str) -> str:
        """Branch, ref or commit id → full commit id; UnknownRevision when there is none."""
        try:
            return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
        except subprocess.CalledProcessError as error:
            raise UnknownRevision(revision) from error

    def branch_of(self, revision: str) -> str | None:
        """The branch name when `revision` names one, so that a pull request knows its refs."""
        name = revision.removeprefix("refs/heads/")
        if _FULL_SHA.fullmatch(name):
            return None
        known = self._git("for-each-ref", "--format=%(refname)", f"refs/heads/{name}").split()
        return name if f"refs/heads/{name}" in known else None

    def point(self, ref: str, sha: str) -> None:
        self._git("update-ref", ref, sha)

    def merge_base(self, base: str, head: str) -> str:
        return _merge_base(self, base, head)

    def contains(self, head: str, sha: str) -> bool:
        """Whether `sha` is `head` or an ancestor of it."""
        try:
            self._git("merge-base", "--is-ancestor", "--end-of-options", sha, head)
        except subprocess.CalledProcessError:
            return False
        return True

    def commit_count(self, base: str, head: str) -> int:
        return int(self._git("rev-list", "--count", f"{base}..{head}"))

    def commits(self, base: str, head: str, *, limit: int = 20) -> list[str]:
        return self._git("rev-list", "--reverse", f"--max-count={limit}", f"{base}..{head}").split()

    def commit_message(self, sha: str) -> str:
        return self._git("show", "--no-patch", "--format=%B", "--end-of-options", sha).strip()

    def tree(self, sha: str) -> str:
        return self._git("rev-parse", "--verify", "--end-of-options", f"{sha}^{{tree}}").strip()

    def touched(self, sha: str) -> dict[str, list[str]]:
        """The paths a commit added, removed and modified, under those names."""
        output = self._git("diff-tree", "-r", "--root", "--no-commit-id", "--name-status", "-z", sha)
        fields = output.split("\0")
        touched: dict[str, list[str]] = {"added": [], "removed": [], "modified": []}
        for status, path in zip(fields[::2], fields[1::2], strict=False):
            touched[{"A": "added", "D": "removed"}.get(status, "modified")].append(path)
        return touched

    def changes(self, base: str, head: str) -> tuple[FileChange, ...]:
        """The files a pull request of `base` and `head` changes, counted from their merge base."""
        return _changes(self, base, head)

    def patch(self, base: str, head: str, change: FileChange) -> str:
        """The unified diff of one file from the merge base, with three lines of context, as GitHub shows it."""
        paths = [path for path in (change.previous_path, change.path) if path]
        return self._git(*_DIFF, self.merge_base(base, head), head, "--", *paths)

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "--no-pager", "--literal-pathspecs", "-C", str(self.path), *arguments],
            env=git_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode(errors="replace")


def git_environment() -> dict[str, str]:
    """An environment in which git reads nobody's configuration but ours."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(_CONFIGURATION)),
    }
    for index, (key, value) in enumerate(_CONFIGURATION.items()):
        environment |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return environment


_DIFF = ("diff", "-M", "--no-color", "--no-ext-diff", "--no-textconv", "--unified=3")


# Both are facts about commits, which never change; a campaign of requests would else run git for each of them.
@lru_cache(maxsize=4096)
def _merge_base(repository: HostedRepository, base: str, head: str) -> str:
    return repository._git("merge-base", "--end-of-options", base, head).strip()  # noqa: SLF001 - a cached method


@lru_cache(maxsize=4096)
def _changes(repository: HostedRepository, base: str, head: str) -> tuple[FileChange, ...]:
    start = repository.merge_base(base, head)
    output = repository._git("diff", "-M", "--numstat", "-z", start, head)  # noqa: SLF001 - a cached method
    fields = iter(output.split("\0"))
    changes = []
    for entry in fields:
        if not entry:
            break
        added, deleted, path = entry.split("\t", 2)
        # A rename has its two paths in fields of their own.
        previous, path = (None, path) if path else (next(fields), next(fields))
        changes.append(FileChange(path, previous, _count(added), _count(deleted)))
    return tuple(changes)


def _count(text: str) -> int:
    return 0 if text == "-" else int(text)  # binary files have no lines
