"""What a statement would read, as the database plans it: found out beside the measurement, not in it."""

from collections.abc import Iterator
from typing import Any

#: More rows than this nobody counts, sorts or reads through for a page.
BIG = 100_000
_GATHERING = {"Aggregate": "counts or sums up", "Sort": "sorts", "WindowAgg": "numbers"}


def faults(cursor: Any, sql: str, parameters: Any, *, big: int = BIG) -> set[str]:
    """What is wrong with the statement, in words; nothing about one that only sets or writes something."""
    if not sql.lstrip(" (\n").upper().startswith(("SELECT", "WITH")):
        return set()
    cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
    plan = cursor.fetchone()[0][0]["Plan"]
    scanned = {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
    cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND reltuples > %s", [list(scanned), big])
    whole = {f"reads all of {name}" for (name,) in cursor.fetchall()}
    return whole | {
        f"{_GATHERING[node['Node Type']]} {_rounded(child['Plan Rows'])} rows"
        for node in nodes(plan)
        if node["Node Type"] in _GATHERING
        for child in node.get("Plans", ())
        if child["Plan Rows"] > big
    }


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def _rounded(rows: int) -> str:
    return f"some {float(f'{rows:.1g}'):,.0f}"
