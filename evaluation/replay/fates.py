"""What became of what a review says on the earlier heads of a pull request: was it gone when it was merged? Pure.

Nobody was told, and yet what an author mended before the merge was worth telling. One and the same finding at several
heads of a pull request is one: rule, file and message are what it is known by, not its line.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from evaluation.replay.changes import pull_of
from evaluation.reviewing import Row, told

#: Of pushes, in their order.
_Pull = tuple[str, str]


def told_once(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Each finding with the row of the first head at which it was told; the last heads' own are among them."""
    first: dict[tuple[_Pull, tuple[str, ...]], tuple[Row, Row]] = {}
    for row in rows:
        for finding in told(row):
            first.setdefault((_pull(row), _known_by(finding)), (row, finding))
    return list(first.values())


def fates(rows: Sequence[Row]) -> Iterator[str]:
    """A table by rule of the findings told before the last head of their pull request."""
    heads: dict[_Pull, list[Row]] = defaultdict(list)
    for row in rows:
        heads[_pull(row)].append(row)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for pushes in heads.values():
        left = {_known_by(finding) for finding in told(pushes[-1])}
        for _, finding in told_once(pushes[:-1]):
            counts[finding["rule"]][_known_by(finding) not in left] += 1
    yield "| rule | told before the last head | gone at the merge | still there |"
    yield "|---|---:|---:|---:|"
    for rule, (there, gone) in sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0])):
        yield f"| {rule} | {there + gone} | {gone} | {there} |"
    there, gone = map(sum, zip((0, 0), *counts.values(), strict=True))
    yield f"| all, of {len(heads)} pull requests | {there + gone} | {gone} | {there} |"


def _pull(row: Row) -> _Pull:
    return row["project"], pull_of(row["change"])


def _known_by(finding: Row) -> tuple[str, ...]:
    return finding["rule"], finding["path"], finding["message"]
