"""Evaluate contract findings by mutants: `python -m evaluation [--language NAME] [--mutants N] [--seed N] …`.

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
from typing import Any

from evaluation.contestants.ours import CodeGraphs
from evaluation.go import GO
from evaluation.java import JAVA
from evaluation.language import Aims, Language, R
from evaluation.mutants import Mutant, Spot, Verdict, commit
from evaluation.projects import Ready
from evaluation.python import PYTHON
from evaluation.report import Tally, kinds, table
from evaluation.scores import Score, score
from evaluation.typescript import TYPESCRIPT

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".kodus" / "evaluation"
OURS = "ours"
LANGUAGES: dict[str, Language[Any]] = {language.name: language for language in (PYTHON, TYPESCRIPT, GO, JAVA)}
Tallies = dict[tuple[str, str], Tally]


def main() -> int:
    options = _options()
    language = LANGUAGES[options.language]
    FOLDER.mkdir(parents=True, exist_ok=True)
    tallies: Tallies = {}
    for number, project in enumerate(language.projects):
        if project.name in (options.projects or [project.name]):
            ready = language.prepare(project, options.data, FOLDER)
            share = (options.mutants + number) // len(language.projects)
            with (FOLDER / f"{project.name}-verdicts.jsonl").open("w", encoding="utf-8") as verdicts:
                verdicts.writelines(_evaluate(language, ready, options.seed, share, tallies))
    print("\n".join(table(tallies)))
    print()
    print("\n".join(kinds(tallies, OURS)))
    print(f"\nSeed {options.seed}, {platform.python_version()} on {platform.platform()}, {os.cpu_count()} processors")
    return _judge(tallies, language.aims)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="evaluation", description="Contract findings, measured on mutants.")
    data = os.environ.get("KODUS_TEST_DATA") or str(ROOT.parent / "shared" / "data")
    names = [project.name for language in LANGUAGES.values() for project in language.projects]
    parser.add_argument("--language", choices=LANGUAGES, default=PYTHON.name, help="default: python")
    parser.add_argument("--mutants", type=int, default=210, help="over all projects; as many twins (default: 210)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--projects", nargs="+", choices=names, metavar="NAME", help="default: all of the language")
    parser.add_argument(
        "--data", type=Path, default=Path(data), help="holds repos/*.bundle (default: KODUS_TEST_DATA)"
    )
    return parser.parse_args()


def _evaluate(language: Language[R], ready: R, seed: int, count: int, tallies: Tallies) -> Iterator[str]:
    """One project: every contestant on every mutant and twin. Yields a line for each verdict on ours."""
    mutants = language.draw(ready, seed, count)
    commits = commit(ready, mutants)
    began = time.perf_counter()
    ours = CodeGraphs(ready, commits, FOLDER / "mirrors")
    tally = tallies[ready.project.name, OURS] = Tally()
    for mutant, sha in zip(mutants, commits, strict=True):
        told = ours.findings(sha)
        touched = mutant.definition.path, mutant.definition.qualname
        spots = {spot for named, spot in told if named == touched}
        others = sum(named != touched for named, _ in told)
        tally.count(mutant.kind, score(mutant, spots, others))
        yield _line(ready, mutant, sha, spots, others)
    tally.seconds = time.perf_counter() - began
    for name, contestant in language.others.items():
        tallies[ready.project.name, name] = _tally(mutants, ready, contestant)


def _tally(mutants: Sequence[Mutant], ready: R, contestant: Callable[[R], Callable[[Mutant], set[Spot]]]) -> Tally:
    began, tally = time.perf_counter(), Tally()
    findings = contestant(ready)
    for mutant in mutants:
        tally.count(mutant.kind, score(mutant, findings(mutant)))
    tally.seconds = time.perf_counter() - began
    return tally


def _line(ready: Ready, mutant: Mutant, sha: str, spots: set[Spot], others: int) -> str:
    named = {mutant.broken[spot] for spot in spots if spot in mutant.broken}
    row = {
        "project": ready.project.name,
        "commit": sha,
        "mutant": mutant.name,
        "harmless": mutant.is_harmless,
        "others": others,
        "missed": sorted((*site.spot, site.name) for site in mutant.sites - named),
        **{each.value: sorted(spot for spot in spots if mutant.verdict(spot) is each) for each in Verdict},
    }
    return json.dumps(row) + "\n"


def _judge(tallies: Tallies, aims: Aims) -> int:
    ours = sum((tally.total for (_, who), tally in tallies.items() if who == OURS), Score())
    met = ours.recall >= aims.recall and ours.precision >= aims.precision
    enough = ours.mutants >= aims.mutants
    remark = "" if enough else f"; they are set for {aims.mutants} mutants and more"
    print(f"aims (recall >= {aims.recall}, precision >= {aims.precision}): {'met' if met else 'MISSED'}{remark}")
    return 0 if met or not enough else 1


if __name__ == "__main__":
    sys.exit(main())
