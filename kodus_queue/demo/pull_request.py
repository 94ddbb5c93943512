"""The repository of the demo: a small shop, and a change to it that breaks what it does not touch."""

import os
import shutil
import subprocess
from pathlib import Path

FULL_NAME = "octo-shop/shop"
TITLE = "Take coupons at the checkout"
BODY = "Customers can enter coupon codes; every order gets the coupon of the season."
BASE_BRANCH, HEAD_BRANCH = "main", "coupons"

_SOURCES = Path(__file__).parent / "repository"
_WHO = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in {"NAME": "Ada", "EMAIL": "ada@example.com", "DATE": "2025-03-01T10:00:00Z"}.items()
}


def make_repository(folder: Path) -> Path:
    """A git repository with the shop on `main` and the change on `coupons`."""
    folder.mkdir(parents=True)
    _git(folder, "init", "-q", "-b", BASE_BRANCH)
    _commit(folder, _SOURCES / "base", "Sell teapots")
    _git(folder, "checkout", "-q", "-b", HEAD_BRANCH)
    _commit(folder, _SOURCES / "change", TITLE)
    _git(folder, "checkout", "-q", BASE_BRANCH)
    return folder


def _commit(folder: Path, files: Path, message: str) -> None:
    shutil.copytree(files, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", message)


def _git(folder: Path, *arguments: str) -> None:
    """Without the user's configuration: no hook, no signature, no other default branch."""
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, **_WHO}
    subprocess.run(["git", "-C", str(folder), *arguments], env=environment, check=True)
