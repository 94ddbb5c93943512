"""A bare mirror of one repository on this machine: fetch exact commits, then read trees, blobs and diffs from it.

    mirror = open_mirror(root, "octo/app", "https://github.com/octo/app.git", token=token)
    mirror.fetch(base, head)
    for entry in mirror.tree(head): ...

Each fetched commit is kept under a ref of its own, so the next fetch transfers only what is new.
Settings-free: paths, remotes and tokens are arguments.
"""

import fcntl
import hashlib
import re
import shutil
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from integrations.git import commands
from integrations.git.batch import read_objects
from integrations.git.commands import object_id
from integrations.git.errors import GitFailed, MirrorBusy, ObjectMissing, UnknownRef
from integrations.git.remotes import Remote, checked_remote
from integrations.http import client_span

# Waiting for another fetch and then fetching stay, together, under the 1,200 s a job's attempt has.
FETCH_SECONDS = 600
_LOCK_SECONDS = 500
_KEPT_REFS = "refs/kept"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file of a commit. `size` is in bytes; a path that is not UTF-8 keeps its bytes as surrogates."""

    path: str
    oid: str
    mode: str
    size: int


@dataclass(frozen=True, slots=True)
class Mirror:
    """Make it with `open_mirror`."""

    git_dir: Path
    remote: Remote

    def fetch(self, *shas: str) -> None:
        """Have these commits here. Raises GitFailed when the remote does not hand them out."""
        if self._missing(shas):
            with _locked(self.git_dir) as lock:
                missing = self._missing(shas)  # another process may have fetched them while we waited
                if missing:
                    _remove_abandoned(self.git_dir)
                    self._fetch(missing, lock)

    def has(self, sha: str) -> bool:
        try:
            commands.run(self.git_dir, "cat-file", "-e", object_id(sha) + "^{commit}")
        except GitFailed:
            return False
        return True

    def merge_base(self, a: str, b: str) -> str | None:
        """The commit both histories share, or None. Both must have been fetched."""
        found = commands.run(self.git_dir, "merge-base", object_id(a), object_id(b), accepted=(0, 1))
        return found.decode().strip() or None

    def tree(self, sha: str) -> list[TreeEntry]:
        """Every file of the commit, links (mode 120000) and submodules (160000) included."""
        listing = commands.run(self.git_dir, "ls-tree", "-r", "-z", "-l", "--full-tree", object_id(sha))
        return [_tree_entry(line) for line in listing.split(b"\0") if line]

    def read(self, oids: Iterable[str]) -> Generator[tuple[str, bytes], None, None]:
        """The content of each object, in order. Git runs until the generator ends or is closed."""
        return read_objects(self.git_dir, [object_id(oid) for oid in oids])

    def diff(self, base: str, head: str) -> bytes:
        """The unified diff from base to head, renames detected, three lines of context."""
        options = "--no-color --no-ext-diff --no-textconv --full-index --unified=3 --src-prefix=a/ --dst-prefix=b/"
        return commands.run(
            self.git_dir, "diff-tree", "-r", "-p", "-M", "-l2000", *options.split(), object_id(base), object_id(head)
        )

    def resolve(self, ref: str) -> str:
        """The commit that a name stands for in the repository we mirror. Local repositories only."""
        path = self.remote.local_path
        if path is None or not ref.isprintable():
            raise UnknownRef(repr(ref))
        name = f"{ref}^{{commit}}"
        try:
            found = commands.run(_git_dir(path), "rev-parse", "--verify", "--quiet", "--end-of-options", name)
        except GitFailed:
            raise UnknownRef(repr(ref)) from None
        return object_id(found.decode().split()[-1])

    def _missing(self, shas: Iterable[str]) -> list[str]:
        return [sha for sha in dict.fromkeys(map(object_id, shas)) if not self.has(sha)]

    def _fetch(self, shas: list[str], lock: int) -> None:
        refspecs = [f"{sha}:{_KEPT_REFS}/{sha}" for sha in shas]
        options = "--quiet --no-tags --no-recurse-submodules --no-auto-maintenance --no-write-fetch-head"
        with client_span("git fetch", self.remote.url):
            commands.run(
                self.git_dir,
                "fetch",
                *options.split(),
                "--end-of-options",
                self.remote.url,
                *refspecs,
                protocol=self.remote.protocol,
                config=self.remote.config(),
                timeout_seconds=FETCH_SECONDS,
                holding=lock,
            )
        if absent := self._missing(shas):
            raise ObjectMissing(absent[0])


def open_mirror(root: Path, repository: str, remote: str, *, token: str | None = None) -> Mirror:
    """The mirror of this repository under `root`, made when missing.

    The folder is named for repository and remote both: the same name on another host is another repository.
    """
    checked = checked_remote(remote, token=token)
    digest = hashlib.sha256(f"{repository}\0{checked.url}".encode()).hexdigest()[:16]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", repository).strip("-")[:60]
    git_dir = root / f"{readable or 'repository'}-{digest}.git"
    if not (git_dir / "HEAD").exists():
        root.mkdir(parents=True, exist_ok=True)
        with _locked(git_dir):
            _make(git_dir)
    return Mirror(git_dir, checked)


def _make(git_dir: Path) -> None:
    """Made under another name and then moved: a crash leaves no half mirror behind."""
    if (git_dir / "HEAD").exists():
        return
    unfinished = git_dir.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    commands.run(unfinished, "init", "--quiet", "--bare", "--template=", "--initial-branch=none")
    unfinished.rename(git_dir)


@contextmanager
def _locked(git_dir: Path) -> Iterator[int]:
    """One process at a time makes or fetches into a mirror. The lock, a descriptor, ends with whoever holds it."""
    deadline = time.monotonic() + _LOCK_SECONDS
    with git_dir.with_suffix(".lock").open("w") as lock:
        while not _lock(lock.fileno()):
            if time.monotonic() > deadline:
                raise MirrorBusy
            time.sleep(0.05)
        yield lock.fileno()


def _remove_abandoned(git_dir: Path) -> None:
    """What a git that was killed leaves: locks of its own, which would stop the next one for good, and half packs.

    Nobody else fetches into this mirror now: git holds our lock until it ends, even when the worker that started it
    is dead.
    """
    left = [git_dir.glob("*.lock"), (git_dir / "refs").rglob("*.lock"), (git_dir / "objects" / "pack").glob("tmp_*")]
    for path in chain.from_iterable(left):
        path.unlink(missing_ok=True)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tree_entry(line: bytes) -> TreeEntry:
    fields, path = line.split(b"\t", 1)
    mode, _, oid, size = fields.split()
    return TreeEntry(
        path.decode("utf-8", "surrogateescape"), oid.decode(), mode.decode(), 0 if size == b"-" else int(size)
    )


def _git_dir(path: Path) -> Path:
    """Where git keeps this local repository: it may be bare, a checkout, or a linked checkout."""
    inner = path / ".git"
    if inner.is_file():
        return path / inner.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
    return inner if inner.is_dir() else path
