"""A random few of what was told, to be judged by reading the code: would a maintainer act on it? Pure."""

import random
from collections.abc import Collection, Iterator, Sequence

from evaluation.reviewing import Row, told

HEAD = "| rule | project | change | line | would act | why |\n|---|---|---|---|---|---|"


def drawn_findings(rows: Collection[Row], *, count: int, seed: int) -> list[tuple[Row, Row]]:
    """Rows with one of their findings each, every finding as likely as any other. All, when there are not enough."""
    pool = [
        (row, finding)
        for row in sorted(rows, key=lambda row: (row["project"], row["change"]))
        for finding in sorted(told(row), key=lambda finding: (finding["path"], finding["line"], finding["rule"]))
    ]
    generator = random.Random(seed)  # noqa: S311 - to draw the same again, not to hide
    return generator.sample(pool, min(count, len(pool)))


def to_judge(drawn: Sequence[tuple[Row, Row]]) -> Iterator[str]:
    """The table of verdicts, still without them."""
    yield HEAD
    for row, finding in drawn:
        yield f"| {finding['rule']} | {row['project']} | {row['change']} | {finding['path']}:{finding['line']} | | |"
