"""What is measured: a page, or a list, with many addresses. Those there are: (api|admin|dashboard)_pages.py."""

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.scale.samples import Samples

AIM_MS = 150.0
OVERVIEW_AIM_MS = 250.0


@dataclass(frozen=True)
class Page:
    """`urls` are other rows, other filters, other pages: what is asked for at random times by many people."""

    name: str
    urls: Callable[[Samples], list[str]]
    aim_ms: float = field(default=AIM_MS)
