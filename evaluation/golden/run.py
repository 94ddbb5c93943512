"""Review each golden pull request and set what is said beside what people said, and beside who has read nothing."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from analysis.diff import parse_diff
from evaluation.golden.baselines import by_chance, every_file, every_hunk
from evaluation.golden.overlap import Comment, Overlap, overlap
from evaluation.golden.pulls import GoldenPull, read_pull
from evaluation.ground import FOLDER, data_folder
from evaluation.reviewing import Row, review, told
from integrations.git.mirror import open_mirror
from reviews.requests import local_name

OURS = "ours"
Scores = Mapping[str, Overlap]


def main() -> int:
    options = _options()
    scores: dict[str, Scores] = {}
    for source in sorted((options.data / "prs").iterdir()):
        pull = read_pull(source, FOLDER / "golden")
        row = review(pull.repository, pull.base_sha, pull.head_sha)
        scores[pull.name] = measured(pull, row, seed=options.seed)
        print("\n".join(_said(pull, row)))
    print()
    print("\n".join(table(scores)))
    print(f"\nSeed {options.seed}")
    return 0


def measured(pull: GoldenPull, row: Row, *, seed: int) -> Scores:
    """Every contestant's overlap; who comments by chance does so as often as ours."""
    ours = [Comment(found["path"], found["line"], found["end_line"]) for found in told(row)]
    mirror = open_mirror(settings.MIRRORS_DIR, local_name(pull.repository), str(pull.repository))
    mirror.fetch(pull.base_sha, pull.head_sha)
    files = parse_diff(mirror.diff(pull.base_sha, pull.head_sha))
    comments = {
        OURS: ours,
        "first added line of every hunk": every_hunk(files),
        "first added line of every file": every_file(files),
        "as many added lines as ours, by chance": by_chance(files, count=len(ours), seed=seed),
        "nothing": [],
    }
    return {who: overlap(made, pull.golden, pull.refused) for who, made in comments.items()}


def table(scores: Mapping[str, Scores]) -> Iterator[str]:
    yield "| who | comments | near a golden one | near a refused one | precision | golden found | recall |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    sums: dict[str, Overlap] = {}
    for of_pull in scores.values():
        for who, one in of_pull.items():
            sums[who] = sums.get(who, Overlap()) + one
    for who, all_of_it in sums.items():
        cells = [
            *(str(number) for number in (all_of_it.comments, all_of_it.right, all_of_it.refused)),
            *(f"{all_of_it.precision:.3f}", f"{all_of_it.met}/{all_of_it.golden}", f"{all_of_it.recall:.3f}"),
        ]
        yield f"| {who} | " + " | ".join(cells) + " |"


def _said(pull: GoldenPull, row: Row) -> Iterator[str]:
    yield f"{pull.name} ({pull.language}): {row['outcome']}, {row['files']} files, {len(pull.golden)} golden comments"
    if row["reason"]:
        yield f"    {row['reason']}"
    for found in told(row):
        yield f"    {found['path']}:{found['line']} {found['rule']} {found['message']}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="evaluation.golden", description="Reviews beside golden comments.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=data_folder(), help="holds prs/ (default: KODUS_TEST_DATA)")
    return parser.parse_args()
