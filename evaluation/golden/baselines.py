"""Who comments without having read anything: what a review must be better than. Pure."""

import random
from collections.abc import Iterator, Sequence

from analysis.diff import FileDiff, Hunk
from evaluation.golden.overlap import Comment


def every_hunk(files: Sequence[FileDiff]) -> list[Comment]:
    """On the first added line of every hunk."""
    return [comment for file in files for hunk in file.hunks for comment in _first_added(file, hunk)]


def every_file(files: Sequence[FileDiff]) -> list[Comment]:
    """On the first added line of every file's first hunk that has one."""
    firsts = [[comment for hunk in file.hunks for comment in _first_added(file, hunk)] for file in files]
    return [comments[0] for comments in firsts if comments]


def by_chance(files: Sequence[FileDiff], *, count: int, seed: int) -> list[Comment]:
    """On so many added lines, any as likely as another."""
    lines = [(file.path, line) for file in files for line in sorted(file.added_lines)]
    drawn = random.Random(seed).sample(lines, min(count, len(lines)))  # noqa: S311 - to draw the same again, not to hide
    return [Comment(path, line, line) for path, line in drawn]


def _first_added(file: FileDiff, hunk: Hunk) -> Iterator[Comment]:
    added = next((line.new_number for line in hunk.lines if line.sign == "+"), None)
    if added:
        yield Comment(file.path, added, added)
