"""`make chaos-matrix`: one fault at a time, each with a handful of pull requests of its own.

    python -m chaos.matrix                       every failpoint, then every kind of fault from outside
    python -m chaos.matrix --only "post review"  those whose name has these words in it
    python -m chaos.matrix --sample 12           so many, drawn by the seed

A case: the fault is prepared, pull requests live for two seconds, everything is mended, and the next case begins when
all work has ended. The checker looks at the end. Exit code 0: nothing was lost or doubled, and each fault struck.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chaos import campaign, holdings, report
from chaos.checker import violations
from chaos.checker.evidence import Evidence
from chaos.checker.reviewing import doubled_heads, lost_heads
from chaos.faults import KINDS, Kind
from chaos.injector import Injector
from chaos.inside.borders import BORDERS, MOMENTS
from chaos.load import Load, brief_lives
from chaos.pace import PACES
from chaos.recovery import percentile
from chaos.systems import OURS
from chaos.world import World, world

PULL_REQUESTS = 5
STRIKE_SECONDS = 8.0
#: So often a failpoint is offered pull requests that may cross it.
ROUNDS = 4
QUIET_SECONDS = 240.0
#: Reviews begin so soon after their pull requests, if ever.
PROVOKED_SECONDS = 8.0
#: What makes the service cross a border that it does not cross on a good day.
PROVOKED_BY = {
    "retry": "github down",
    "rescue": "worker killed",
    "redispatch": "messages lost",
    "release": "review workers restarted",
}
#: What a review does only after an earlier one, and how long after the opening that one is done, on a good day.
LATER = frozenset({"edit summary", "reply", "resolve thread"})
REVIEWED_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Case:
    """A failpoint (`point` and `action`), a kind of fault, or a failpoint provoked by one; it counts in `row`."""

    name: str
    row: str
    point: str = ""
    action: str = ""
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Result:
    case: Case
    struck: bool
    done: bool
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def main() -> int:
    options = _arguments()
    cases = [case for case in all_cases() if options.only in case.name]
    if options.sample:
        cases = random.Random(options.seed).sample(cases, min(options.sample, len(cases)))  # noqa: S311 - it must repeat
    with tempfile.TemporaryDirectory(prefix="kodus-chaos-", ignore_cleanup_errors=True) as name:
        results, evidence, troubles = _carry_out(cases, Path(name), seed=options.seed)
        found = violations(evidence)
    print("\n".join(["", *report.verdicts(found), "", *_table(results, evidence)]))
    troubles += [f"{result.case.name} never struck" for result in results if not result.struck]
    print("\n".join(f"trouble: {trouble}" for trouble in troubles))
    return 1 if any(found.values()) else 2 if troubles else 0


def _carry_out(cases: Sequence[Case], folder: Path, *, seed: int) -> tuple[list[Result], Evidence, list[str]]:
    orders = folder / "orders"
    orders.mkdir()
    extra = {"CHAOS_FAILPOINT_ORDERS": str(orders)}
    with world(folder, OURS.add_processes, seed=seed, pace=PACES["quick"], heads=400, extra=extra) as made:
        injector = Injector(made, seed=seed, per_minute=0)
        results = [_result(made, case, orders, injector) for case in cases]
        campaign.happens(lambda: not campaign.left(made), seconds=QUIET_SECONDS)
        evidence = campaign.gather(made, OURS)
        return results, replace(evidence, ended=holdings.after_the_end(made)), injector.troubles


def all_cases() -> Iterator[Case]:
    for border in BORDERS:
        provoked = KINDS[PROVOKED_BY[border]] if border in PROVOKED_BY else None
        for moment in MOMENTS:
            for action in ("kill", "kill all", "break"):
                point = f"{moment} {border}"
                yield Case(f"{action} {point}", border, point, action, provoked)
    for name, kind in sorted(KINDS.items()):
        yield Case(name, name, kind=kind)


def _result(made: World, case: Case, orders: Path, injector: Injector) -> Result:
    """The case, and the wait until nothing of it is left to do."""
    began, rng = time.monotonic(), random.Random(case.name)  # noqa: S311 - it must repeat
    struck = any(_strikes(made, case, orders / case.point, injector, rng) for _ in range(ROUNDS))
    done = campaign.happens(lambda: not campaign.left(made, but_second_looks=True), seconds=QUIET_SECONDS)
    result = Result(case, struck, done, began, time.monotonic())
    told = [case.name, *([] if struck else ["never struck"]), *([] if done else ["not done"])]
    print(f"{result.seconds:6.1f} s  {', '.join(told)}", flush=True)
    return result


def _strikes(made: World, case: Case, order: Path, injector: Injector, rng: random.Random) -> bool:
    """A handful of pull requests and the fault; whether it struck them."""
    if case.point:
        order.write_text(case.action)
    pause = REVIEWED_SECONDS if case.row in LATER else 1
    lives = brief_lives(made.repositories, rng, count=PULL_REQUESTS, push_after_seconds=pause)
    load = Load(made.github, lives, made.folder / "load.jsonl")
    acting = threading.Thread(target=load.run, args=[threading.Event()])
    acting.start()
    if case.kind and case.point:
        _provoke(made, case.kind, order, injector, rng)
    elif case.kind:
        injector.inflict(case.kind, rng)
    acting.join()
    struck = not case.point or campaign.happens(lambda: not order.exists(), seconds=STRIKE_SECONDS)
    if not struck:
        order.unlink(missing_ok=True)
    return struck


def _provoke(made: World, kind: Kind, order: Path, injector: Injector, rng: random.Random) -> None:
    """Inflict the fault while reviews run, again and again until the failpoint has struck or nothing is left to do."""

    def is_reviewing() -> bool:
        with made.connect() as connection:
            running = "SELECT FROM workflow_jobs WHERE status = 'PROCESSING' AND workflow_type = 'CODE_REVIEW'"
            return connection.execute(running).fetchone() is not None

    while order.exists() and campaign.happens(is_reviewing, seconds=PROVOKED_SECONDS):
        injector.inflict(kind, rng)


def _table(results: Sequence[Result], evidence: Evidence) -> Iterator[str]:
    """A row for each border or kind of fault: its cases, what was lost and doubled in them, and how long they took."""
    lost = [since for _, _, since in lost_heads(evidence)]
    doubled = [since for _, _, since in doubled_heads(evidence)]
    yield "| fault | cases | lost | doubled | all done after, p50 | at most |"
    yield "|---|---|---|---|---|---|"
    rows: dict[str, list[Result]] = {}
    for result in results:
        rows.setdefault(result.case.row, []).append(result)
    for row, of_row in rows.items():
        counts = [sum(r.began <= since < r.ended for r in of_row for since in sinces) for sinces in (lost, doubled)]
        seconds = [r.seconds for r in of_row]
        times = f"{percentile(seconds, 50):.1f} s | {max(seconds):.1f} s"
        yield f"| {row} | {len(of_row)} | {counts[0]} | {counts[1]} | {times} |"
    yield f"| **all** | **{len(results)}** | {len(lost)} | {len(doubled)} | | |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.matrix", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="WORDS", help="cases whose name has these words in it")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="N cases, drawn by the seed; 0 is all")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
