"""Which release of this code runs: KODUS_RELEASE, or the commit of the checkout, read once at start."""

from pathlib import Path

_SHOWN = 12


def commit_of(checkout: Path) -> str:
    """The first characters of the commit that is checked out; "" where there is no git (an image, an archive)."""
    git = checkout / ".git"
    try:
        if git.is_file():  # a work tree beside the repository
            git = checkout / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head[:_SHOWN]
        return _commit_of_branch(git, head.removeprefix("ref: "))[:_SHOWN]
    except (OSError, ValueError):
        return ""


def _commit_of_branch(git: Path, name: str) -> str:
    common = git / "commondir"
    if common.exists():
        git = git / common.read_text(encoding="utf-8").strip()
    loose = git / name
    if loose.exists():
        return loose.read_text(encoding="ascii").strip()
    packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
    return next((line.partition(" ")[0] for line in packed if line.endswith(f" {name}")), "")
