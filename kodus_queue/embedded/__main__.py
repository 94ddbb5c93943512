"""`python -m kodus_queue.embedded postgres|broker STATE_DIR`: become that server, in the foreground."""

import argparse
from pathlib import Path

from kodus_queue.embedded import postgres, valkey

SERVERS = {"postgres": postgres.serve, "broker": valkey.serve}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m kodus_queue.embedded", description=__doc__)
    parser.add_argument("server", choices=sorted(SERVERS))
    parser.add_argument("state_dir", type=Path, help="the folder of its data and of embedded.json")
    arguments = parser.parse_args()
    SERVERS[arguments.server](arguments.state_dir.resolve())
