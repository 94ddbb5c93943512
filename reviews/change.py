"""The change under review, read from the mirror whenever it is needed: code stays out of rows and messages."""

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings

from analysis.diff import FileDiff, parse_diff
from integrations.git.mirror import Mirror, TreeEntry, open_mirror
from integrations.github.identity import git_token
from reviews.analyzers import SourceFile
from reviews.attributes import FILE_NAME, declared
from reviews.configuration.files import why_left_out
from reviews.context import ReviewContext
from reviews.reviewable import MAX_FILE_BYTES, why_not_by_path

#: Git's mode of a plain file; symbolic links and submodules have others.
PLAIN_MODES = frozenset({"100644", "100755", "100664"})


def github_remote(repository: str) -> str:
    """Where a repository is fetched from: built from our setting, never from an event's own addresses."""
    return f"{settings.GITHUB_GIT_URL}/{repository}.git"


def remote_of(context: ReviewContext) -> str:
    return context.path if context.is_local else github_remote(context.repository)


def mirror_of(context: ReviewContext, *, to_fetch: bool = False) -> Mirror:
    """Only fetching takes a token; reading what is here must not wait for one."""
    token = git_token(context.repository) if to_fetch and not context.is_local else None
    return open_mirror(settings.MIRRORS_DIR, context.repository, remote_of(context), token=token)


def read_diff(mirror: Mirror, context: ReviewContext) -> list[FileDiff]:
    """Every file of the change, also those that are not reviewed."""
    return parse_diff(mirror.diff(context.merge_base, context.head_sha))


def commentable_lines(files: Iterable[FileDiff]) -> dict[str, frozenset[int]]:
    """By path, the lines of the head on which the code host accepts a comment."""
    return {file.new_path: file.commentable_lines for file in files if file.new_path}


def why_unread(mirror: Mirror, context: ReviewContext) -> Callable[[str], str]:
    """A function from a path to why nothing of that name is read, or an empty text: by the name itself, by what the
    repository declares at the merge base, by the configuration.
    """
    attributes = b"".join(source.content for source in read_sources(mirror, context.merge_base, [FILE_NAME]))
    rules = (why_not_by_path, declared(attributes.decode("utf-8", "replace")), why_left_out(context.configuration))
    return lambda path: next(filter(None, (rule(path) for rule in rules)), "")


def entries_of(mirror: Mirror, sha: str, paths: Iterable[str]) -> list[TreeEntry]:
    """The entries of `paths` in the commit; those it does not have are left out."""
    wanted = set(paths)
    return [entry for entry in mirror.tree(sha) if entry.path in wanted]


def read_sources(mirror: Mirror, sha: str, paths: Iterable[str]) -> Iterator[SourceFile]:
    """The plain files of `paths` as they are in the commit; what is not there, or too large, is left out."""
    paths_by_oid: dict[str, list[str]] = {}
    for entry in entries_of(mirror, sha, paths):
        if entry.mode in PLAIN_MODES and entry.size <= MAX_FILE_BYTES:
            paths_by_oid.setdefault(entry.oid, []).append(entry.path)
    for oid, content in mirror.read(list(paths_by_oid)):
        yield from (SourceFile(path, content) for path in paths_by_oid[oid])
