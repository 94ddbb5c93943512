"""What a check says of what it looked at. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

#: In the checkout the service runs from, with its environment.
CTL = "python -m kodus_queue.up ctl"


class State(IntEnum):
    """The worst of all is the exit code of `manage.py doctor`. SKIP: it could not be looked at, because of another."""

    SKIP = -1
    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`about` is the thing, when a check looks at several: a queue, a gate. `remedy` is a command or a page."""

    state: State
    found: str
    remedy: str = ""
    about: str = ""


def ok(found: str, *, about: str = "") -> Diagnosis:
    return Diagnosis(State.OK, found, about=about)


def warn(found: str, remedy: str, *, about: str = "") -> Diagnosis:
    return Diagnosis(State.WARN, found, remedy, about)


def fail(found: str, remedy: str, *, about: str = "") -> Diagnosis:
    return Diagnosis(State.FAIL, found, remedy, about)


def worst(states: Iterable[State]) -> State:
    return max(states, default=State.OK)
