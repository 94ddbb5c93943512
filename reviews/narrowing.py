"""Post a review although GitHub refuses a comment of it, and take off their lines as few of the others as can be.

GitHub takes all comments of a review or none of them, and does not say which one it minds. A refusal changes nothing
there, so the same write is tried with fewer comments until it is taken, and that is the review:

    all  ▸  those on lines that GitHub's own diff shows  ▸  without one quarter of them, then another  ▸  without one
    half, then the other  ▸  none

What is not on its line stands in the body, so nothing is lost. Nine writes at most. Trying out one comment after the
other would need reviews that are there for a moment, and a crash could leave one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import structlog

from analysis.diff import MalformedDiff, parse_patch
from integrations.github.errors import AnswerTooLarge, ValidationFailed
from integrations.github.types import ChangedFile
from reviews.code_host import github
from reviews.context import ReviewContext
from reviews.findings import Finding

log = structlog.get_logger(__name__)

#: By path, the lines that take a comment.
Shown = Mapping[str, Collection[int]]
_PARTS = (4, 2)


def post_with_fewer(
    inline: Sequence[Finding], post: Callable[[Sequence[Finding]], str], shown: Callable[[], Shown | None]
) -> tuple[str, Sequence[Finding]]:
    """The id of the review, and the findings that are on their lines in it.

    `post` posts with these comments and returns the id; ValidationFailed when GitHub refuses it even without any.
    `shown` is asked after the first refusal; None says that what GitHub shows cannot be known.
    """
    for comments in _tries(inline, shown):
        try:
            return post(comments), comments
        except ValidationFailed as error:
            if not comments:
                raise
            log.warning("review refused", comments=len(comments), errors=error.errors)
    raise AssertionError("the last try is without comments")


def lines_github_shows(context: ReviewContext) -> Shown | None:
    """Read from GitHub's list of changed files. A file whose diff it does not show has no lines."""
    _, number = context.where
    try:
        files = github().list_changed_files(context.repository, number)
    except AnswerTooLarge as error:
        log.warning("changed files not read", repository=context.repository, error=str(error))
        return None
    return {file.path: _lines(file) for file in files if file.patch}


def _lines(file: ChangedFile) -> Collection[int]:
    try:
        return parse_patch(file.path, file.patch or "").commentable_lines
    except MalformedDiff:  # cut off in the middle
        return ()


def _tries(inline: Sequence[Finding], shown: Callable[[], Shown | None]) -> Iterator[Sequence[Finding]]:
    yield inline
    if not inline:
        return
    lines = shown()
    left = inline if lines is None else [finding for finding in inline if finding.line in lines.get(finding.path, ())]
    if 0 < len(left) < len(inline):
        yield left
    for parts in _PARTS:
        yield from _without_a_part(left, parts)
    yield []


def _without_a_part(findings: Sequence[Finding], parts: int) -> Iterator[Sequence[Finding]]:
    """All but every fourth, from each start; nothing when a part would be less than one finding."""
    if len(findings) >= parts:
        for left_out in range(parts):
            yield [finding for index, finding in enumerate(findings) if index % parts != left_out]
