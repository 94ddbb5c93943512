"""What a request may get instead of its answer, and faults to order for the next requests that match."""

import math
import re
import time
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    why: str  # "ordered", or the weather's word for it
    status: int | None = None  # None: drop the connection without an answer
    applied: bool = False  # True: do what was asked first, then fail
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "Server Error"
    page: str = ""  # of GitHub's manual
    resets_in_seconds: int | None = None  # until then nothing remains of the primary limit

    def headers_now(self) -> dict[str, str]:
        """The headers of an answer given now: the limit's reset is an instant."""
        if self.resets_in_seconds is None:
            return self.headers
        reset = math.ceil(time.time()) + self.resets_in_seconds
        return {**self.headers, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}


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
