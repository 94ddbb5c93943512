"""How fast the engine is, on its real processes, a PostgreSQL that flushes to disk and a RabbitMQ, both started here.

    python -m benchmarks.engine latency     from the commit of an idle system's only job to its handler
    python -m benchmarks.engine resume      from the emit of an event to the handler running again
    python -m benchmarks.engine lifecycle   no-op jobs per second, beside procrastinate and plain Celery
    python -m benchmarks.engine all         the three, one after the other

The figures are printed and kept as JSON in .kodus/benchmarks. docs/reference/performance.md says how to read them.
"""

import argparse
import signal
import sys
from importlib import import_module

from benchmarks.ground import keep, machine, prepare

NAMES = ("latency", "resume", "lifecycle")


def main() -> None:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))  # as Ctrl-C: the servers are stopped
    facts = machine()
    print(f"{facts['system']}, {facts['cpus']} CPUs, {facts['memory_gb']} GB, load {facts['load_before']:.1f}")
    with prepare():
        measurements = import_module("benchmarks.measurements")  # needs models, which need the database's name
        for name in NAMES if options.name == "all" else (options.name,):
            figures = getattr(measurements, name)(jobs=options.jobs, rounds=options.rounds)
            print(f"kept in {keep(f'engine-{name}', facts, figures)}\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=[*NAMES, "all"])
    parser.add_argument("--jobs", type=int, help="how many are measured; 200 one by one, or 1000 per system and round")
    parser.add_argument("--rounds", type=int, default=3, help="of lifecycle; the median counts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
