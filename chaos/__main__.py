"""`make chaos`: a campaign of faults against the whole service, and its judgement.

    python -m chaos --minutes 2                    load, and faults of every kind, from a fixed seed
    python -m chaos --minutes 30 --pace deployed   as long as you like, with the patience of a deployed service
    python -m chaos --only "worker killed"         some kinds of faults; --kinds lists them
    python -m chaos --system "celery, acks late"   something else under the same load and faults

Exit code 0: everything is as promised. 1: something is not. 2: the campaign itself went wrong.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos import campaign, report
from chaos.campaign import Plan
from chaos.checker import violations
from chaos.faults import KINDS
from chaos.pace import PACES
from chaos.systems import OURS, SYSTEMS

FAILPOINT_SHARE = 0.002
#: What a system without a database has no part of.
NO_DATABASE = {
    name
    for name, kind in KINDS.items()
    if kind.group not in {"database", "everything", "dispatcher", "events", "beat", "operator", "outside events"}
}


def main() -> int:
    options = arguments()
    if options.kinds:
        print("\n".join(sorted(KINDS)))
        return 0
    system = SYSTEMS[options.system]
    plan = Plan(
        seconds=options.minutes * 60,
        rate=options.rate,
        seed=options.seed,
        pace=PACES[options.pace],
        faults_per_minute=options.faults,
        system=system,
        only=options.only or (() if system is OURS else NO_DATABASE),
        failpoint_share=FAILPOINT_SHARE if system is OURS and not options.only else 0.0,
        active_checks=system is OURS,
        # What the machine cannot do while they last is done after the faults.
        quiet_seconds=max(600.0, options.minutes * 60),
    )
    with _folder(options.keep) as folder:
        outcome = campaign.run(plan, folder)
        found = violations(outcome.evidence)
        print()
        print(
            report.headline(
                report.figures(outcome.evidence, name=system.name, seed=plan.seed, seconds=outcome.seconds)
            )
        )
        print("\n".join(report.verdicts(found)))
        print()
        print(report.table(outcome.evidence))
    for trouble in outcome.troubles:
        print(f"trouble: {trouble}")
    return 1 if any(found.values()) else 2 if outcome.troubles else 0


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep:
        keep.mkdir(parents=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="kodus-chaos-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--minutes", type=float, default=2.0, help="of load; what comes before and after is not counted"
    )
    parser.add_argument("--rate", type=float, default=24.0, help="deliveries a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=14.0, help="from outside, a minute; 0 for none")
    parser.add_argument("--pace", choices=PACES, default="quick", help="how patient leases and redispatch are")
    parser.add_argument("--only", action="append", default=[], metavar="KIND", choices=sorted(KINDS))
    parser.add_argument("--system", choices=SYSTEMS, default=OURS.name)
    parser.add_argument("--keep", type=Path, help="write the logs to this new folder and leave them")
    parser.add_argument("--kinds", action="store_true", help="list the kinds of faults and end")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
