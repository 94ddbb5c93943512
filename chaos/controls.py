"""`make chaos-controls`: take one safeguard away at a time, and see that the checker notices.

    python -m chaos.controls                          all of them, some two minutes each
    python -m chaos.controls "no fence" --second-net  one, with the safeguard behind it in place

A checker that finds nothing here would find nothing anywhere; one that finds something while nothing was taken away
(the last run) would be no judge. Exit code 0: each was found, and nothing else. With --second-net nothing need be
found: the table says what the safeguards behind the first one are worth.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chaos import campaign
from chaos.campaign import Plan
from chaos.checker import violations
from chaos.pace import PACES

SECONDS = 40.0
QUIET_SECONDS = 45.0
NOTHING = "nothing"
#: These faults alone make waits uneven, and there is no time to recover what the door had to refuse.
UNTOLD = frozenset({"I16", "I17"})
WORKER_DEATHS = ("worker killed", "worker child killed", "process restarted")


@dataclass(frozen=True, slots=True)
class Control:
    """A plant, the kinds of faults that bring out what comes of it, and so many of them a minute."""

    plant: str
    faults: Sequence[str]
    per_minute: float = 40.0

    @property
    def name(self) -> str:
        return self.plant or NOTHING


CONTROLS = (
    Control("early acknowledgement", WORKER_DEATHS),
    Control("publish before commit", ("link cut at a commit", "database session killed", "jobs table locked")),
    Control("no fence", ("worker frozen past its lease", "github slow")),
    Control("post before intent", ("github answers get lost", "link cut at a review", "worker killed")),
    Control("rescue without lease test", ("github slow",)),
    Control("no confirmation", ("link cut at a publish",), per_minute=60.0),
    Control("no lock in pause", ("github slow",)),
    Control("", (*WORKER_DEATHS, "link cut at a commit", "database session killed", "github slow")),
)


def main() -> int:
    options = _arguments()
    rows: list[str] = []
    wrong: list[str] = []
    for control in CONTROLS:
        if options.plants and control.name not in options.plants:
            continue
        found = _found(control, seed=options.seed, second_net=options.second_net)
        rows.append(f"| {control.name} | {', '.join(control.faults)} | {_told(found)} |")
        wrong += [control.name] if bool(found) != bool(control.plant) else []
        print(rows[-1], flush=True)
    print("\n".join(["", "| safeguard taken away | under | broken |", "|---|---|---|", *rows]))
    if wrong and not options.second_net:
        print(f"judged wrongly: {', '.join(wrong)}")
        return 1
    return 0


def _found(control: Control, *, seed: int, second_net: bool) -> dict[str, list[str]]:
    """The violations by invariant, of those that had any."""
    plan = Plan(
        seconds=SECONDS,
        rate=12.0,
        seed=seed,
        pace=PACES["quick"],
        faults_per_minute=control.per_minute,
        only=control.faults,
        plant=control.plant,
        second_net=second_net,
        quiet_seconds=QUIET_SECONDS,
        active_checks=False,
    )
    with tempfile.TemporaryDirectory(prefix="kodus-chaos-", ignore_cleanup_errors=True) as name:
        outcome = campaign.run(plan, Path(name))
        judged = violations(outcome.evidence).items()
        return {number: found for number, found in judged if found and number not in UNTOLD}


def _told(found: dict[str, list[str]]) -> str:
    return ", ".join(f"{number} ×{len(texts)}" for number, texts in found.items()) or "nothing"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.controls", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("plants", nargs="*", metavar="PLANT", help=", ".join(control.name for control in CONTROLS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--second-net", action="store_true", help="leave the safeguard behind it in place")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
