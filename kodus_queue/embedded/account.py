"""Who runs the embedded servers, and in which folder.

PostgreSQL refuses to be root, so root hands both servers to `nobody`. That account must be able to reach its folder
and the programs; below a closed home it cannot, and then a folder under /var/tmp named after the state folder is used.
"""

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

FOLDER_MODE = 0o711  # the account passes through; nobody else lists
FALLBACK_ROOT = Path("/var/tmp")  # noqa: S108 - survives a reboot; the folder's owner is checked below


class ForeignFolderError(RuntimeError):
    """The folder for the embedded servers exists and belongs to somebody else."""


class SubprocessIdentity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int

    def for_subprocess(self) -> SubprocessIdentity:
        """Keyword arguments of `subprocess.run` that start a child as this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def become(self) -> None:
        """Give up the present identity for good."""
        if self.uid != os.geteuid():
            os.setgroups([])
            os.setgid(self.gid)
            os.setuid(self.uid)

    def owns(self, path: Path, *, mode: int) -> None:
        os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def server_account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def reaches(account: Account, path: Path) -> bool:
    """Whether the account may pass through every folder down to `path`, as far as the mode bits tell."""
    if account.uid == os.geteuid():
        return True
    existing = next(candidate for candidate in (path, *path.parents) if candidate.exists())
    return all(_may_enter(account, folder.stat()) for folder in (existing, *existing.parents))


def servers_folder(state_dir: Path) -> Path:
    """The folder of both servers' data; made when missing."""
    account = server_account()
    state_dir.mkdir(parents=True, exist_ok=True)
    folder = state_dir.resolve() / "embedded"
    if not reaches(account, state_dir.resolve()):
        folder = _fallback(state_dir)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    if folder.lstat().st_uid != os.geteuid() or folder.is_symlink():
        raise ForeignFolderError(f"{folder} belongs to somebody else: remove it, or set another KODUS_STATE_DIR")
    folder.chmod(FOLDER_MODE)
    return folder


def remove_servers_folder(state_dir: Path) -> None:
    """Delete the data of servers that are stopped, wherever it was kept."""
    for folder in (state_dir.resolve() / "embedded", _fallback(state_dir)):
        if folder.is_dir() and folder.stat().st_uid == os.geteuid():
            shutil.rmtree(folder)


def _fallback(state_dir: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(state_dir.resolve())).hexdigest()[:16]
    return FALLBACK_ROOT / f"kodus-{digest}"


def _may_enter(account: Account, status: os.stat_result) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    return bool(status.st_mode & stat.S_IXOTH)
