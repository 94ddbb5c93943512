"""A random few of what was told, to be judged by reading the code: would a maintainer act on it? Pure."""

import random
from collections.abc import Collection, Iterator, Sequence

from evaluation.reviewing import Row, told

HEAD = "| rule | project | change | line | would act | why |\n|---|---|---|---|---|---|"


def all_told(rows: Collection[Row]) -> list[tuple[Row, Row]]:
    """Each finding that an author would see, with the row it is of."""
    return [(row, finding) for row in rows for finding in told(row)]


def one_of_each(rows: Collection[Row], *, seed: int) -> list[tuple[Row, Row]]:
    """One finding of each change that is told any: a change that is unfinished, and told much, counts once."""
    return [pair for row in rows for pair in drawn_findings(all_told([row]), count=1, seed=seed)]


def drawn_findings(pool: Collection[tuple[Row, Row]], *, count: int, seed: int) -> list[tuple[Row, Row]]:
    """Of rows with a finding each, every one as likely as any other. All, when there are not enough."""
    generator = random.Random(seed)  # noqa: S311 - to draw the same again, not to hide
    return generator.sample(sorted(pool, key=_place), min(count, len(pool)))


def _place(pair: tuple[Row, Row]) -> tuple[str, str, str, int, str]:
    row, finding = pair
    return row["project"], row["change"], finding["path"], finding["line"], finding["rule"]


def to_judge(drawn: Sequence[tuple[Row, Row]]) -> Iterator[str]:
    """The table of verdicts, still without them."""
    yield HEAD
    for row, finding in drawn:
        yield f"| {finding['rule']} | {row['project']} | {row['change']} | {finding['path']}:{finding['line']} | | |"
