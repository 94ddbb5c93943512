"""Evaluate contract findings by mutants: `python -m evaluation [--mutants N] [--seed N] [--projects NAME ...]`.

Ends with 1 when ours misses an aim. Every verdict on ours is written to .kodus/evaluation.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from evaluation.contestants.jedi_references import JediReferences
from evaluation.contestants.names import NameSearch
from evaluation.contestants.ours import CodeGraphs
from evaluation.mutants import Mutant, Spot, Verdict, commit, draw
from evaluation.projects import PROJECTS, Ready, prepare
from evaluation.report import Tally, kinds, table
from evaluation.scores import Score, score

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".kodus" / "evaluation"
OURS, NAMES, JEDI = "ours", "name search", "jedi"
AIM_RECALL, AIM_PRECISION, AIM_MUTANTS = 0.85, 0.95, 200
Tallies = dict[tuple[str, str], Tally]


def main() -> int:
    options = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    tallies: Tallies = {}
    for number, project in enumerate(PROJECTS):
        if project.name in options.projects:
            ready = prepare(project, options.data / "repos", FOLDER)
            share = (options.mutants + number) // len(PROJECTS)
            with (FOLDER / f"{project.name}-verdicts.jsonl").open("w", encoding="utf-8") as verdicts:
                verdicts.writelines(_evaluate(ready, options.seed, share, tallies))
    print("\n".join(table(tallies)))
    print()
    print("\n".join(kinds(tallies, OURS)))
    print(f"\nSeed {options.seed}, {platform.python_version()} on {platform.platform()}, {os.cpu_count()} processors")
    return _judge(tallies)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="evaluation", description="Contract findings, measured on mutants.")
    data = os.environ.get("KODUS_TEST_DATA") or str(ROOT.parent / "shared" / "data")
    parser.add_argument("--mutants", type=int, default=210, help="over all projects; as many twins (default: 210)")
    parser.add_argument("--seed", type=int, default=1)
    names = [project.name for project in PROJECTS]
    parser.add_argument("--projects", nargs="+", choices=names, default=names, metavar="NAME", help="default: all")
    parser.add_argument(
        "--data", type=Path, default=Path(data), help="holds repos/*.bundle (default: KODUS_TEST_DATA)"
    )
    return parser.parse_args()


def _evaluate(ready: Ready, seed: int, count: int, tallies: Tallies) -> Iterator[str]:
    """One project: every contestant on every mutant and twin. Yields a line for each verdict on ours."""
    mutants = draw(ready, seed, count)
    commits = commit(ready, mutants)
    began = time.perf_counter()
    ours = CodeGraphs(ready, commits, FOLDER / "mirrors")
    tally = tallies[ready.project.name, OURS] = Tally()
    for mutant, sha in zip(mutants, commits, strict=True):
        told = ours.findings(sha)
        place = mutant.place
        spots = {spot for named, spot in told if named == (place.file.path, place.qualname)}
        others = sum(named != (place.file.path, place.qualname) for named, _ in told)
        tally.count(mutant.kind, score(mutant, spots, others))
        yield _line(ready, mutant, sha, spots, others)
    tally.seconds = time.perf_counter() - began
    tallies[ready.project.name, NAMES] = _tally(mutants, lambda: NameSearch(ready).findings)
    tallies[ready.project.name, JEDI] = _tally(mutants, lambda: JediReferences(ready).findings)


def _tally(mutants: Sequence[Mutant], contestant: Callable[[], Callable[[Mutant], set[Spot]]]) -> Tally:
    began, tally = time.perf_counter(), Tally()
    findings = contestant()
    for mutant in mutants:
        tally.count(mutant.kind, score(mutant, findings(mutant)))
    tally.seconds = time.perf_counter() - began
    return tally


def _line(ready: Ready, mutant: Mutant, sha: str, spots: set[Spot], others: int) -> str:
    missed = [(*spot, use.name) for spot, use in mutant.broken.items() if spot not in spots]
    row = {
        "project": ready.project.name,
        "commit": sha,
        "mutant": mutant.name,
        "harmless": mutant.is_harmless,
        "others": others,
        "missed": sorted(missed),
        **{each.value: sorted(spot for spot in spots if mutant.verdict(spot) is each) for each in Verdict},
    }
    return json.dumps(row) + "\n"


def _judge(tallies: Tallies) -> int:
    ours = sum((tally.total for (_, who), tally in tallies.items() if who == OURS), Score())
    met = ours.recall >= AIM_RECALL and ours.precision >= AIM_PRECISION
    enough = ours.mutants >= AIM_MUTANTS
    remark = "" if enough else f"; they are set for {AIM_MUTANTS} mutants and more"
    print(f"aims (recall >= {AIM_RECALL}, precision >= {AIM_PRECISION}): {'met' if met else 'MISSED'}{remark}")
    return 0 if met or not enough else 1


if __name__ == "__main__":
    sys.exit(main())
