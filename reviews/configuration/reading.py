"""Where each level stands: two in a folder of the operator's, the third in the commit that a change is based on.

    KODUS_REVIEW_CONFIG/service.yml
    KODUS_REVIEW_CONFIG/organizations/octo.yml
    .kodus.yml of the base commit: a pull request cannot weaken its own review

Never an exception for what stands in a file: what cannot be used is a problem of its document.
"""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from integrations.git.mirror import Mirror
from reviews.change import PLAIN_MODES, entries_of, mirror_of
from reviews.configuration.declaration import FILE_NAME, Configuration
from reviews.configuration.documents import MAX_BYTES, Document, Problem, unread
from reviews.configuration.levels import Effective, Level, LevelFile, effective
from reviews.configuration.validation import read_checked
from reviews.context import ReviewContext


def effective_configuration(context: ReviewContext) -> Effective:
    """What holds for this change. Fetches the base commit; raises what fetching raises, and nothing else."""
    mirror = mirror_of(context, to_fetch=True)
    mirror.fetch(context.base_sha)
    folder = settings.REVIEW_CONFIG_DIR
    above = operator_files(folder, context.organization) if folder else ()
    return effective([*above, *_repository_file(mirror, context.base_sha)])


def operator_files(folder: Path, organization: str) -> Iterator[LevelFile]:
    """The files of the service and of this organization, as far as there are any."""
    yield from _file(Level.SERVICE, folder, "service.yml")
    for name in organizations(folder):
        if name.casefold() == organization.casefold():
            yield from _file(Level.ORGANIZATION, folder, f"organizations/{name}.yml")


def organizations(folder: Path) -> list[str]:
    """Those that have a file. A name from an event is compared with these, never made a path."""
    return sorted(path.stem for path in folder.glob("organizations/*.yml"))


def _file(level: Level, folder: Path, name: str) -> Iterator[LevelFile]:
    try:
        with (folder / name).open("rb") as file:
            document = read_checked(file.read(MAX_BYTES + 1), level.declaration)
    except FileNotFoundError:
        return
    except OSError as error:
        document = unread(Problem(1, 1, f"the file cannot be read: {error.strerror}"))
    yield LevelFile(level, name, document)


def _repository_file(mirror: Mirror, sha: str) -> Iterator[LevelFile]:
    for entry in entries_of(mirror, sha, [FILE_NAME]):
        if entry.mode not in PLAIN_MODES:
            document = unread(Problem(1, 1, "this is a link or submodule, not a file"))
        elif entry.size > MAX_BYTES:
            document = unread(Problem(1, 1, f"the file has more than {MAX_BYTES} bytes"))
        else:
            document = _checked(mirror, entry.oid)
        yield LevelFile(Level.REPOSITORY, FILE_NAME, document)


def _checked(mirror: Mirror, oid: str) -> Document:
    content = b"".join(content for _, content in mirror.read([oid]))
    return read_checked(content, Configuration)
