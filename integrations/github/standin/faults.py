"""Failures to order: the next requests that match are answered with an error, or not at all."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    method: str
    path: re.Pattern[str]
    status: int | None  # None: drop the connection without an answer
    applied: bool  # True: do what was asked first, then fail
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "Server Error"
    why: str = "ordered"


@dataclass
class Faults:
    ordered: list[Fault] = field(default_factory=list)

    def take(self, method: str, path: str) -> Fault | None:
        """The first ordered fault for this request; it is used up."""
        for fault in self.ordered:
            if fault.method == method and fault.path.search(path):
                self.ordered.remove(fault)
                return fault
        return None
