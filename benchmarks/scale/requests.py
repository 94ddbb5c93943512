"""One request after the other, in this process: how long each took, and what it asked of the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client

from benchmarks.ground import percentile
from benchmarks.scale.pages import Page
from benchmarks.scale.plans import faults
from benchmarks.scale.samples import Samples
from benchmarks.scale.stopwatch import Lap, lap


@dataclass
class Times:
    """On the server. `first`: of rows nobody asked for lately; `again`: of the same ones right after."""

    first: list[Lap] = field(default_factory=list)
    again: list[Lap] = field(default_factory=list)
    queries: int = 0
    bytes: int = 0
    faults: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "requests": len(self.first),
            **{f"first_{name}": value for name, value in _summary(self.first).items()},
            **{f"again_{name}": value for name, value in _summary(self.again).items()},
            "queries": self.queries,
            "bytes": self.bytes,
            "faults": self.faults,
        }


def measured(client: Client, page: Page, samples: Samples) -> Times:
    """AssertionError names an address that does not answer 200, and leads nowhere else."""
    urls, times = page.urls(samples), Times()
    _get(client, urls[0])  # imports, templates, the plans of the catalogue
    for url in urls:
        first, statements, size = _get(client, url)
        times.first.append(first)
        times.again.append(_get(client, url)[0])
        times.queries, times.bytes = max(times.queries, len(statements)), max(times.bytes, size)
        with connection.cursor() as cursor:
            for sql, parameters in statements:
                times.faults |= {f"{fault}: {sql[:400]}": url for fault in faults(cursor, sql, parameters)}
    return times


def _get(client: Client, url: str) -> tuple[Lap, Sequence[tuple[str, Any]], int]:
    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        statements.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note), lap() as taken:
        answer = client.get(url)
    leads_on = answer.status_code == 302 and not answer["Location"].startswith("/sign-in")
    assert answer.status_code == 200 or leads_on, f"{url} answers {answer.status_code}"
    return taken, statements, len(answer.content)


def _summary(laps: Sequence[Lap]) -> dict[str, float]:
    busy = [each.busy for each in laps]
    whole = percentile([each.whole for each in laps], 95)
    return {"p50": percentile(busy, 50), "p95": percentile(busy, 95), "max": max(busy), "whole_p95": whole}
