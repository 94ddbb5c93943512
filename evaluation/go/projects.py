"""Go's projects: modules without dependencies, from Debian's packages of their sources.

A checkout holds a package's files in a repository of one commit, its tests among them.
"""

import shutil
from pathlib import Path

from evaluation.projects import Project, run

#: Where Debian has the sources of Go.
_SOURCES = Path("usr") / "share" / "gocode" / "src"
#: The first of a project's needs is its package, the second its module.
PROJECTS = (
    Project("goldmark", ("",), ("golang-github-yuin-goldmark-dev", "github.com/yuin/goldmark"), ("_",)),
    Project("chi", ("",), ("golang-github-go-chi-chi-dev", "github.com/go-chi/chi"), ("_",)),
    Project("toml", ("",), ("golang-github-burntsushi-toml-dev", "github.com/BurntSushi/toml"), ("_",)),
)
_COMMIT = ("-c", "user.name=evaluation", "-c", "user.email=evaluation@example.org", "commit", "--quiet", "-m")
_DATES = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}


def set_up(project: Project, data: Path, folder: Path) -> Path:
    """The checkout; made only when it is not there. Raises ProjectNotReady."""
    del data
    checkout = folder / project.name
    if not (checkout / ".git").is_dir():
        package, module = project.needs
        unpacked = folder / f"{project.name}-package"
        unpacked.mkdir(parents=True, exist_ok=True)
        run("apt-get", "download", package, folder=unpacked)
        (archive,) = unpacked.glob("*.deb")
        run("dpkg-deb", "-x", str(archive), str(unpacked))
        shutil.copytree(unpacked / _SOURCES / module, checkout)
        shutil.rmtree(unpacked)
        commit_all(checkout)
    return checkout


def commit_all(checkout: Path) -> None:
    git = ("git", "-C", str(checkout))
    run(*git, "init", "--quiet")
    run(*git, "add", "--force", ".")
    run("env", *(f"{name}={value}" for name, value in _DATES.items()), *git, *_COMMIT, "The package's sources")
