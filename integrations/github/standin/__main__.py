"""The stand-in as a process: `python -m integrations.github.standin --repository octo/app=PATH --webhook-url URL`.

Prints one JSON line with its addresses when it is ready and ends on SIGTERM or SIGINT. Token and secret come from
files or from KODUS_GITHUB_TOKEN and KODUS_GITHUB_WEBHOOK_SECRET, never from the command line.
"""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from integrations.github.standin.server import StandIn


def main(arguments: list[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    secret = _secret(options.secret_file, "KODUS_GITHUB_WEBHOOK_SECRET").partition(",")[0]
    token = _secret(options.token_file, "KODUS_GITHUB_TOKEN")
    with StandIn(
        dict(options.repository),
        webhook_url=options.webhook_url,
        secret=secret.encode(),
        token=token,
        port=options.port,
        waits=not options.no_wait,
        log=options.log,
    ) as standin:
        addresses = {"base_url": standin.base_url, "git_url": standin.git_url}
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        stop.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m integrations.github.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--repository", type=_named_path, action="append", default=[], metavar="OWNER/NAME=PATH")
    parser.add_argument("--webhook-url", help="where webhooks go; without it they are only remembered")
    parser.add_argument("--no-wait", action="store_true", help="verbs return before their webhook is answered")
    parser.add_argument("--log", type=Path, metavar="FILE", help="append what happens, one JSON object a line")
    parser.add_argument("--secret-file", type=Path)
    parser.add_argument("--token-file", type=Path)
    return parser


def _named_path(text: str) -> tuple[str, Path]:
    name, found, path = text.partition("=")
    if not found or name.count("/") != 1 or not Path(path).is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not OWNER/NAME=PATH of a git directory")
    return name, Path(path)


def _secret(file: Path | None, variable: str) -> str:
    value = file.read_text().strip() if file else os.environ.get(variable, "")
    if not value:
        raise SystemExit(f"Set {variable} or name a file that holds it.")
    return value


if __name__ == "__main__":
    main()
