"""Fetch both sides of the change, and choose the files worth reading before any budget is spent."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from analysis.diff import FileDiff
from integrations.git.mirror import Mirror
from jobs.attempts import Attempt
from reviews.change import PLAIN_MODES, entries_of, mirror_of, read_diff, read_sources, why_unread
from reviews.check_runs import show_progress
from reviews.context import ReviewContext
from reviews.eligibility import Skip, SkipReason
from reviews.reviewable import MAX_FILE_BYTES, MAX_TOTAL_BYTES, why_not_by_content

#: How many of the files left out are named in the context.
_NAMED = 100


def fetch_change(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with its merge base, the files to review and those left out. Skip when none is left."""
    show_progress(attempt, context, "Fetching the change")
    mirror = mirror_of(context, to_fetch=True)
    mirror.fetch(context.base_sha, context.head_sha)
    attempt.check()
    # Unrelated histories have no merge base; then the change is all that differs.
    merge_base = mirror.merge_base(context.base_sha, context.head_sha) or context.base_sha
    context = replace(context, merge_base=merge_base)
    diff = read_diff(mirror, context)
    chosen, left_out = _by_path(diff, why_unread(mirror, context))
    binary = {file.path for file in diff if file.binary}
    left_out |= _by_entry(mirror, context.head_sha, chosen, binary)
    left_out |= _by_content(mirror, context.head_sha, [path for path in chosen if path not in left_out])
    files = [path for path in chosen if path not in left_out]
    if not files:
        raise Skip(SkipReason.NOTHING_TO_REVIEW)
    return _within_limit(replace(context, left_out=tuple(left_out.items())[:_NAMED]), files)


def _by_path(files: Iterable[FileDiff], why_not: Callable[[str], str]) -> tuple[list[str], dict[str, str]]:
    """The paths that may be worth reading, and why the others are not."""
    chosen: list[str] = []
    left_out: dict[str, str] = {}
    for file in files:
        why = why_not(file.path)
        if why:
            left_out[file.path] = why
        else:
            chosen.append(file.path)
    return chosen, left_out


def _by_entry(mirror: Mirror, sha: str, paths: Collection[str], binary: Collection[str]) -> dict[str, str]:
    """What is not read for its kind or its size. Git calls a file binary for its size, too: that is told first."""
    left_out, total = {path: "binary" for path in paths if path in binary}, 0
    for entry in entries_of(mirror, sha, paths):
        if entry.mode not in PLAIN_MODES:
            left_out[entry.path] = "link or submodule"
        elif entry.size > MAX_FILE_BYTES or (entry.path not in left_out and total + entry.size > MAX_TOTAL_BYTES):
            left_out[entry.path] = "too large"
        elif entry.path not in left_out:
            total += entry.size
    return left_out


def _by_content(mirror: Mirror, sha: str, paths: Iterable[str]) -> dict[str, str]:
    reasons = {source.path: why_not_by_content(source.content) for source in read_sources(mirror, sha, paths)}
    return {path: why for path, why in reasons.items() if why}


def _within_limit(context: ReviewContext, files: list[str]) -> ReviewContext:
    limit = context.configuration.limits.files
    context = replace(context, files=tuple(files[:limit]))
    if len(files) > limit:
        return context.with_shortfall(f"Only the first {limit} of {len(files)} changed files were read.")
    return context
