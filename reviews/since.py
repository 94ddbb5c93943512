"""What changed on a pull request since an earlier head, by content: its commits may have been rewritten in between."""

from collections.abc import Iterable, Sequence

import structlog

from analysis.diff import FileDiff, parse_diff
from integrations.git.errors import GitFailed, ObjectMissing
from integrations.git.mirror import Mirror
from reviews.change import mirror_of
from reviews.context import ReviewContext
from reviews.threads import Told, names_before

log = structlog.get_logger(__name__)

#: How many earlier heads are looked at, the latest: each costs a diff.
MAX_HEADS = 20


def files_since(context: ReviewContext, earlier: str) -> list[FileDiff] | None:
    """The files that differ between that head and this one; None when it is not to be had any more."""
    mirror = _mirror_with(context, earlier)
    return parse_diff(mirror.diff(earlier, context.head_sha)) if mirror else None


def files_since_each(context: ReviewContext, told: Iterable[Told]) -> dict[str, list[FileDiff]]:
    """The same by the head at which something was told, of those that are to be had."""
    latest = list(dict.fromkeys(one.head_sha for one in told))[-MAX_HEADS:]
    found = {earlier: files_since(context, earlier) for earlier in latest}
    return {earlier: files for earlier, files in found.items() if files is not None}


def names_since(context: ReviewContext, told: Sequence[Told]) -> dict[str, str]:
    """By the path that files have now, the one they had when something in them was told."""
    paths = {entry.path for entry in mirror_of(context).tree(context.head_sha)} if told else set()
    moved = [one for one in told if one.path not in paths]
    names: dict[str, str] = {}
    for files in files_since_each(context, moved).values():
        names |= {path: before for path, before in names_before(files).items() if before not in paths}
    return names


def _mirror_with(context: ReviewContext, sha: str) -> Mirror | None:
    mirror = mirror_of(context)
    if mirror.has(sha):
        return mirror
    try:
        mirror = mirror_of(context, to_fetch=True)
        mirror.fetch(sha)
    except (GitFailed, ObjectMissing) as error:
        log.info("earlier head is gone", head_sha=sha, error=str(error))
        return None
    return mirror
