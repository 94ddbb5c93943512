"""What a request may get instead of its answer, and faults to order for the next requests that match."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    why: str  # "ordered", or the weather's word for it
    status: int | None = None  # None: drop the connection without an answer
    applied: bool = False  # True: do what was asked first, then fail
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "Server Error"
    page: str = ""  # of GitHub's manual


@dataclass
class Faults:
    ordered: list[tuple[str, re.Pattern[str], Fault]] = field(default_factory=list)

    def take(self, method: str, path: str) -> Fault | None:
        """The first ordered fault for this request; it is used up."""
        for order in self.ordered:
            wanted, pattern, fault = order
            if wanted == method and pattern.search(path):
                self.ordered.remove(order)
                return fault
        return None
