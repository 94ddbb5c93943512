"""`manage.py healthcheck`: whether the processes of this host live; exit code 0, or 1 and who does not.

Asked every few seconds, by containers: it imports nothing of Django and nothing of the project but a file's form.
A process without HTTP is alive by its pulse, which it leaves in a file; a web process when its /livez answers.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from telemetry import pulse_file

SECONDS = 3.0
#: By name: the variable that holds the port, its default, and the path that answers.
WEB = {
    "webhook": ("KODUS_WEBHOOK_PORT", 3332, "/livez"),
    "api": ("KODUS_API_PORT", 3331, "/livez"),
    "flower": ("KODUS_FLOWER_PORT", 5555, "/healthcheck"),
}
_CHECKOUT = Path(__file__).resolve().parent.parent
_OK = 200


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py healthcheck", description="Whether the processes here live.")
    parser.add_argument("--process", default=os.environ.get("KODUS_PROCESS"), help="only this one (KODUS_PROCESS)")
    named = parser.parse_args(arguments).process
    state_dir = Path(os.environ.get("KODUS_STATE_DIR") or _CHECKOUT / ".kodus").resolve()
    names = [named] if named else ["webhook", "api", *pulse_file.names_in(state_dir)]
    problems = [problem for name in names if (problem := problem_of(name, state_dir))]
    sys.stdout.write("\n".join(problems or [f"alive: {', '.join(names)}"]) + "\n")
    return 1 if problems else 0


def problem_of(name: str, state_dir: Path) -> str:
    """Why the process is not alive; "" when it is."""
    return _unanswered(name) if name in WEB else _without_pulse(name, state_dir)


def _unanswered(name: str) -> str:
    variable, port, path = WEB[name]
    # A name it answers to: behind a proxy that need not be this machine's.
    host = os.environ.get("KODUS_ALLOWED_HOSTS", "").partition(",")[0].strip(" .*") or "127.0.0.1"
    connection = HTTPConnection("127.0.0.1", int(os.environ.get(variable) or port), timeout=SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"{name} does not answer on port {connection.port}: {type(error).__name__}"
    finally:
        connection.close()
    return "" if status == _OK else f"{name} answers {status}"


def _without_pulse(name: str, state_dir: Path) -> str:
    pulse = pulse_file.read(pulse_file.path_of(state_dir, name))
    if pulse is None:
        return f"{name} has not said that it lives"
    if not pulse.is_alive:
        return f"{name} (process {pulse.pid}) was last heard of {pulse.age_seconds:.0f} s ago"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
