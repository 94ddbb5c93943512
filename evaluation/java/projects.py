"""Java's projects: Debian source packages whose main sources need nothing but the JDK.

Debian's sources must be among what apt knows (`deb-src`). Nothing of the packaging is used, only the archive inside.
"""

import tarfile
from pathlib import Path

from evaluation.projects import Project, ProjectNotReady, run

_SOURCES = ("src/main/java/",)
PROJECTS = (
    Project("commons-codec", _SOURCES, ("libcommons-codec-java=1.15-1",)),
    Project("commons-io", _SOURCES, ("commons-io=2.11.0-2",)),
)
_COMMIT = ("-c", "user.name=evaluation", "-c", "user.email=evaluation@example.org", "commit", "--quiet", "-m")
_DATES = ("GIT_AUTHOR_DATE=2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z")


def set_up(project: Project, data: Path, folder: Path) -> Path:
    """The checkout, a repository of one commit; made only when it is not there. Raises ProjectNotReady."""
    del data
    checkout = folder / project.name
    if not (checkout / ".git").is_dir():
        checkout.mkdir(parents=True, exist_ok=True)
        run("apt-get", "source", "--download-only", *project.needs, folder=checkout)
        _unpack(checkout)
        _commit(checkout)
    return checkout


def _unpack(checkout: Path) -> None:
    """Of the archive of the project's own, only the main sources; the names of its folders are kept below its root."""
    archive = next(checkout.glob("*.orig.tar.*"), None)
    if archive is None:
        raise ProjectNotReady(f"{checkout.name}: no sources were downloaded")
    with tarfile.open(archive) as packed:
        for member in packed:
            member.name = member.name.partition("/")[2]
            if member.name.startswith(_SOURCES) and member.name.endswith(".java"):
                packed.extract(member, checkout, filter="data")


def _commit(checkout: Path) -> None:
    git = ("git", "-C", str(checkout))
    run(*git, "init", "--quiet")
    run(*git, "add", "src")
    run("env", *_DATES, *git, *_COMMIT, "The project's main sources")
