"""Scratch folders for analyzers: code of others, on disk for as long as a tool looks at it and no longer.

Each has a lock file that its process holds. Locks end with their process, however that ends: a folder whose lock is
free was left by one that was killed, and whoever makes the next folder removes it.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings


@contextmanager
def scratch_folder() -> Iterator[Path]:
    root = settings.STATE_DIR / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(root)
    folder = root / uuid4().hex
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # before the folder is there: who sees the one sees the other held
        folder.mkdir(mode=0o700)
        try:
            yield folder.resolve()
        finally:
            _remove(folder)


def _remove_abandoned(root: Path) -> None:
    for path in root.glob("*.lock"):
        try:
            with path.open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(path.with_suffix(""))
        except (BlockingIOError, FileNotFoundError):
            continue  # in use, or removed by somebody else


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".lock").unlink(missing_ok=True)
