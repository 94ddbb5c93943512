"""What became of findings that were told on lines of earlier heads: which of them are fixed. Pure.

Gone must mean fixed. A finding is taken for fixed when it was looked for where it was, nothing of its rule stands in
what replaced its code, and something did replace it; whatever else may have hidden it leaves its thread open.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from analysis.diff import FileDiff
from reviews.findings import Finding, digest_of

#: Whose findings follow from code in other files, too.
CONTRACT = "contract:"


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as it was told to the author, at `head_sha`. `comment_id` is None for one that has no thread."""

    row_id: int
    rule: str
    path: str
    line: int
    fingerprint: str
    head_sha: str
    comment_id: int | None


@dataclass(frozen=True, slots=True)
class Present:
    """What was found at the head. `lasting`: digests of what stands on lines that the change does not add."""

    findings: Collection[Finding]
    lasting: Collection[str]
    #: Whether a rule is looked for in a file, by rule and path.
    is_looked_for: Callable[[str, str], bool]


def is_fixed(told: Told, since: Mapping[str, FileDiff], present: Present) -> bool:
    """Whether the code was fixed. `since` is what changed after it was told, by the path that files had then."""
    if digest_of(told.fingerprint) in {*present.lasting, *(digest_of(f.fingerprint) for f in present.findings)}:
        return False
    file = since.get(told.path)
    if file is None:
        return told.rule.startswith(CONTRACT) and present.is_looked_for(told.rule, told.path)
    if file.new_path is None:
        return True
    return present.is_looked_for(told.rule, file.new_path) and not _lives_on(told, file, present.findings)


def names_before(since: Iterable[FileDiff]) -> dict[str, str]:
    """By the path that renamed files have, the one they had."""
    return {
        file.new_path: file.old_path
        for file in since
        if file.old_path and file.new_path and file.old_path != file.new_path
    }


def _lives_on(told: Told, file: FileDiff, findings: Iterable[Finding]) -> bool:
    """Whether its rule is broken in what replaced its code: then the code was changed, and not fixed."""
    lines = [finding.line for finding in findings if (finding.rule, finding.path) == (told.rule, file.new_path)]
    replaced = (hunk for hunk in file.hunks if hunk.old_start <= told.line < hunk.old_start + hunk.old_count)
    return any(hunk.new_start <= line < hunk.new_start + hunk.new_count for hunk in replaced for line in lines)
