"""How long it takes from a pull request's delivery to its posted review, on a warm repository of some 1,400 files.

    python -m benchmarks.reviews [--package wagtail==8.0.1] [--reviews 20]

The whole service runs as real processes: the door, the relay, one worker for reviews and one for the code graph, with
PostgreSQL (its durability on) and RabbitMQ started here, and the stand-in of GitHub in front of it. Each pull request
changes ten files and breaks callers, and is opened when the one before is reviewed. The clock starts before the
webhook is sent and stops when the stand-in has the review. The first one pays for the mirror and the whole graph and
is told apart.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.ground import keep, machine, prepare
from benchmarks.sources import PACKAGE

AIM_SECONDS = 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--package", default=PACKAGE, help="installed, or fetched with pip (default: %(default)s)")
    parser.add_argument("--reviews", type=int, default=20, metavar="COUNT", help="default: %(default)s")
    options = parser.parse_args()
    facts = machine()
    with prepare() as broker_url, tempfile.TemporaryDirectory(prefix="kodus-bench-") as folder:
        from benchmarks.review_times import measure  # noqa: PLC0415 - needs Django set up

        Path(folder).chmod(0o755)
        figures = measure(options.package, options.reviews, Path(folder), broker_url)
    print(f"kept in {keep('reviews', facts, figures)}")
    met = figures["p50"] <= AIM_SECONDS
    print(f"aim (p50 ≤ {AIM_SECONDS} s): {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
