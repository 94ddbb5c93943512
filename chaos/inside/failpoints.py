"""Failpoints: what a process does to itself right before or right after it crosses a border.

With CHAOS_FAILPOINT_SHARE each crossing strikes that often, at random. With CHAOS_FAILPOINT_ORDERS, a folder, the
first crossing that finds an order there carries it out: the file `before commit` with the word `kill` in it. What is
done is kill (this process), kill all (its whole session), break (a database error) or stall (three seconds); each that
strikes is noted in CHAOS_FAULTS_LOG first.
"""

import json
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import OperationalError

from chaos.inside.borders import ACTIONS, BORDERS
from chaos.inside.wrapping import wrap

STALL_SECONDS = 3.0


def arm() -> None:
    for border, target in BORDERS.items():
        wrap(target, lambda inner, border=border: _crossing(inner, border))  # type: ignore[misc]  # mypy does not see the default


def _crossing(inner: Callable[..., Any], border: str) -> Callable[..., Any]:
    def cross(*arguments: Any, **options: Any) -> Any:
        _reach(f"before {border}")
        result = inner(*arguments, **options)
        _reach(f"after {border}")
        return result

    return cross


def _reach(point: str) -> None:
    action = _ordered(point) if "CHAOS_FAILPOINT_ORDERS" in os.environ else _drawn()
    if action:
        _strike(point, action)


def _ordered(point: str) -> str:
    """What was ordered for here; whoever can rename the order carries it out."""
    order = Path(os.environ["CHAOS_FAILPOINT_ORDERS"]) / point
    with suppress(FileNotFoundError):
        return order.rename(order.with_name(f"{point}, struck")).read_text()
    return ""


def _drawn() -> str:
    if random.random() < float(os.environ["CHAOS_FAILPOINT_SHARE"]):  # noqa: S311 - the log says what was drawn
        return random.choice(ACTIONS)  # noqa: S311 - as above
    return ""


def _strike(point: str, action: str) -> None:
    _note(point, action)
    match action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "kill all":
            os.killpg(os.getpgid(0), signal.SIGKILL)
        case "break":
            raise OperationalError(f"planted {point}")
        case _:
            time.sleep(STALL_SECONDS)


def _note(point: str, action: str) -> None:
    """One write to a file opened for appending: whole, whoever else writes."""
    at = time.monotonic()
    where = os.environ.get("KODUS_PROCESS", "")
    told = {"fault": f"failpoint: {action}", "target": point, "process": where, "began": at, "mended": at}
    with Path(os.environ["CHAOS_FAULTS_LOG"]).open("ab", buffering=0) as file:
        file.write(json.dumps(told).encode() + b"\n")
