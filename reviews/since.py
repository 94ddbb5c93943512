"""What changed on a pull request since an earlier head, by content: its commits may have been rewritten in between.

The two heads' trees are compared, not their histories. A line that a rebase or a merge brought from the base differs,
too, but is none that the pull request adds to its base, and only those have findings.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import structlog

from analysis.diff import FileDiff, parse_diff
from integrations.git.errors import GitFailed, ObjectMissing
from integrations.git.mirror import Mirror
from reviews.change import mirror_of
from reviews.context import ReviewContext
from reviews.findings import Finding, digest_of
from reviews.records import digests_at, last_reviewed_head
from reviews.threads import Told, names_before

log = structlog.get_logger(__name__)

#: How many earlier heads are looked at, the latest: each costs a diff.
MAX_HEADS = 20


@dataclass(frozen=True, slots=True)
class LastReview:
    """`files` differ between its head and this one; `digests` are of what was found there, told or not."""

    head_sha: str
    files: Sequence[FileDiff]
    digests: Collection[str]

    def marked(self, finding: Finding) -> Finding:
        """The finding, unchanged when its lines are."""
        added = {line for file in self.files if file.new_path == finding.path for line in file.added_lines}
        is_new = any(line in added for line in range(finding.line, finding.end_line + 1))
        return finding if is_new else self._unchanged(finding)

    def marked_by(self, finding: Finding, paths: Collection[str]) -> Finding:
        """The finding, unchanged when all the files are that it is about."""
        changed = {path for file in self.files for path in (file.old_path, file.new_path)}
        return self._unchanged(finding) if changed.isdisjoint(paths) else finding

    def looked_again(self, finding: Finding) -> Finding:
        """The finding, which has its fingerprint by now: new all the same when other lines of its file brought it."""
        known = digest_of(finding.fingerprint) in self.digests
        is_brought = not known and any(file.new_path == finding.path for file in self.files)
        return replace(finding, unchanged_since="") if is_brought else finding

    def _unchanged(self, finding: Finding) -> Finding:
        return replace(finding, unchanged_since=self.head_sha)


def last_review(context: ReviewContext) -> LastReview | None:
    """None when there was none, or its head is not to be had any more: then all of the change is new."""
    head_sha = last_reviewed_head(context)
    files = files_since(context, head_sha) if head_sha else None
    return None if files is None else LastReview(head_sha, files, digests_at(context, head_sha))


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
