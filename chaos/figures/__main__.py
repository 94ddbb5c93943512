"""`make chaos-figures`: measure what is promised of the service in bad weather.

    python -m chaos.figures                     all of them, about an hour
    python -m chaos.figures "broker outage"     one

Exit code 0: every promise holds.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from chaos.figures.deaths import poison, worker_death
from chaos.figures.measured import Figure
from chaos.figures.outages import broker_outage, broker_outage_with_reviews, database_outage
from chaos.figures.restarts import rolling_restart

FIGURES: dict[str, Callable[[Path], list[Figure]]] = {
    function.__name__.replace("_", " "): function
    for function in (
        worker_death,
        broker_outage,
        broker_outage_with_reviews,
        database_outage,
        poison,
        rolling_restart,
    )
}
_VERDICTS = {True: "holds", False: "**missed**", None: ""}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.figures", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="FIGURE", help=", ".join(FIGURES))
    names = parser.parse_args().names or list(FIGURES)
    if unknown := set(names) - set(FIGURES):
        parser.error(f"no such figure: {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    holds = True
    print("| figure | promised | measured | |", "|---|---|---|---|", sep="\n", flush=True)
    for name in names:
        with tempfile.TemporaryDirectory(prefix="kodus-chaos-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)
            for row in FIGURES[name](Path(folder)):
                print(f"| {row.name} | {row.promised} | {row.measured} | {_VERDICTS[row.holds]} |", flush=True)
                holds &= row.holds is not False
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
