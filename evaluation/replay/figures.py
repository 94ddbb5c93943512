"""The lines of a replay in tables. Pure."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from evaluation.reviewing import FAILED, Row, told

#: Of the graphs a job built: none of their files were known before.
_COLD = 0.9
STAGES = ("fetch_change", "await_code_graph", "find", "filter_findings")


def median_told(rows: Collection[Row]) -> float:
    """Findings an author would see, of the change in the middle; of those reviewed or left alone, not of failures."""
    return statistics.median(_counts(rows))


def tables(rows: Sequence[Row]) -> Iterator[str]:
    yield from _findings(rows)
    yield ""
    yield from _rules(rows)
    yield ""
    yield from _seconds(rows)


def percentile(values: Collection[float], percent: int) -> float:
    """The least of the values that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _counts(rows: Collection[Row]) -> list[int]:
    return [len(told(row)) for row in rows if row["outcome"] != FAILED]


def _findings(rows: Sequence[Row]) -> Iterator[str]:
    yield "| project | changes | with nothing to review | partial | failed | median | mean | p90 | max | none |"
    yield "|---|" + "---:|" * 9
    projects = list(dict.fromkeys(row["project"] for row in rows))
    groups = [[row for row in rows if row["project"] == project] for project in projects]
    for name, group in zip([*projects, "all"], [*groups, rows], strict=True):
        yield _row(name, group)


def _row(name: str, rows: Sequence[Row]) -> str:
    outcomes, counts = Counter(row["outcome"] for row in rows), _counts(rows)
    none = counts.count(0) / (len(counts) or 1)
    cells = [
        *(str(number) for number in (len(rows), outcomes["SKIPPED"], outcomes["PARTIAL"], outcomes[FAILED])),
        *(f"{statistics.median(counts):g}", f"{statistics.mean(counts):.2f}"),
        *(f"{percentile(counts, 90):g}", str(max(counts)), f"{none:.1%}"),
    ]
    return f"| {name} | " + " | ".join(cells) + " |"


def _rules(rows: Sequence[Row]) -> Iterator[str]:
    yield "| rule | findings | changes | inline | in the text | dropped |"
    yield "|---|" + "---:|" * 5
    placed: dict[str, Counter[str]] = defaultdict(Counter)
    changes: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        for finding in row["findings"]:
            placed[finding["rule"]][finding["placement"]] += 1
            changes[finding["rule"]].add((row["project"], row["change"]))
    for rule, places in sorted(placed.items(), key=lambda item: (-item[1].total(), item[0])):
        numbers = (places.total(), len(changes[rule]), places["inline"], places["body"], places["dropped"])
        yield f"| {rule} | " + " | ".join(map(str, numbers)) + " |"


def _seconds(rows: Sequence[Row]) -> Iterator[str]:
    yield "| stage, or part of one | times | p50 s | p95 s |"
    yield "|---|---:|---:|---:|"
    for what, values in _timed(rows).items():
        if values:
            yield f"| {what} | {len(values)} | {percentile(values, 50):.2f} | {percentile(values, 95):.2f} |"


def _timed(rows: Sequence[Row]) -> Mapping[str, list[float]]:
    reviewed = [row for row in rows if row.get("seconds")]
    parts = list(dict.fromkeys(part for row in reviewed for part in row["parts"]))
    graphs = [row["graph"] for row in reviewed if row["graph"] and "files" in row["graph"]]
    return {
        **{stage: [row["seconds"][stage] for row in reviewed if stage in row["seconds"]] for stage in STAGES},
        **{f"find: {part}": [row["parts"][part] for row in reviewed if part in row["parts"]] for part in parts},
        "graph job, cold": [graph["seconds"] for graph in graphs if _is_cold(graph)],
        "graph job, the others": [graph["seconds"] for graph in graphs if not _is_cold(graph)],
    }


def _is_cold(graph: Row) -> bool:
    return bool(graph["files"]) and graph["extracted"] >= _COLD * graph["files"]
