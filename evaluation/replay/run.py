"""The replay from start to end: review what has no line yet, then show the figures or what is to be judged."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from evaluation.ground import FOLDER, data_folder
from evaluation.replay.changes import COMMITS, PROJECTS, PULLS, PUSHES, Change, changes_of, clone, drawn
from evaluation.replay.fates import fates, told_once
from evaluation.replay.figures import median_told, tables
from evaluation.replay.judging import all_told, drawn_findings, one_of_each, to_judge
from evaluation.replay.lines import append, code_digest, read
from evaluation.reviewing import Row, review

AIM_AT_THE_MEDIAN = 1


def main() -> int:
    options = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{options.of}-{code_digest()}.jsonl"
    wanted = list(_wanted(options))
    replay(wanted, path)
    rows = _of(wanted, read(path))
    if options.judge:
        print("\n".join(to_judge(drawn_findings(_pool(rows, options), count=options.judge, seed=options.seed))))
    print("\n".join(tables(rows)))
    print("\n".join(["", *fates(rows)]) if options.of == PUSHES else "")
    print(f"\n{path.name}, {platform.python_version()} on {platform.platform()}, {os.cpu_count()} processors")
    met = median_told(rows) <= AIM_AT_THE_MEDIAN
    print(f"aim (at most {AIM_AT_THE_MEDIAN} finding at the median): {'met' if met else 'MISSED'}")
    return 0 if met else 1


def replay(changes: Sequence[tuple[Path, Change]], path: Path) -> None:
    """Review every change that has no line in the file yet; `changes` come with their repositories."""
    there = {(row["project"], row["change"]) for row in read(path)}
    append(path, _reviewed([pair for pair in changes if (pair[1].project, pair[1].name) not in there]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="evaluation.replay", description="Reviews of real changes.")
    parser.add_argument("--of", choices=[PULLS, PUSHES, COMMITS], default=PULLS, help="default: %(default)s")
    parser.add_argument("--draw", type=int, metavar="N", help="so many of each project, drawn by the seed")
    parser.add_argument(
        "--only", nargs="+", metavar="CHANGE", help='these: "#12", the first 12 letters of a commit, or both with an @'
    )
    parser.add_argument("--judge", type=int, default=0, metavar="N", help="draw so many findings to judge")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--projects", nargs="+", choices=PROJECTS, default=PROJECTS, metavar="NAME")
    parser.add_argument("--data", type=Path, default=data_folder(), help="holds repos/ (default: KODUS_TEST_DATA)")
    return parser.parse_args()


def _wanted(options: argparse.Namespace) -> Iterator[tuple[Path, Change]]:
    bundles = options.data / "repos"
    for project in options.projects:
        repository = clone(project, bundles, FOLDER)
        changes = changes_of(project, options.of, bundles, repository)
        if options.only:
            changes = [change for change in changes if change.name in options.only]
        yield from ((repository, change) for change in drawn(changes, at_most=options.draw, seed=options.seed))


def _reviewed(changes: Sequence[tuple[Path, Change]]) -> Iterator[Row]:
    for done, (repository, change) in enumerate(changes, start=1):
        head = {"project": change.project, "change": change.name, "base": change.base_sha, "head": change.head_sha}
        yield head | review(repository, change.base_sha, change.head_sha)
        print(f"\r{done} of {len(changes)}: {change.project} {change.name}   ", end="", file=sys.stderr, flush=True)


def _pool(rows: Sequence[Row], options: argparse.Namespace) -> list[tuple[Row, Row]]:
    """What is drawn from: of commits one finding each, of a pull request each finding once."""
    if options.of == COMMITS:
        return one_of_each(rows, seed=options.seed)
    return told_once(rows) if options.of == PUSHES else all_told(rows)


def _of(changes: Sequence[tuple[Path, Change]], rows: Sequence[Row]) -> list[Row]:
    wanted = {(change.project, change.name) for _, change in changes}
    return [row for row in rows if (row["project"], row["change"]) in wanted]
