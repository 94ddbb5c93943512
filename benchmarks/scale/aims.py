"""What is asked of a page's figures, and how a row of the table looks. Pure."""

from collections.abc import Sequence
from typing import Any

AIM_QUERIES = 8
AIM_RATIO = 2.0
#: Up to here twice as slow is a matter of milliseconds, and of what else the machine does.
TOO_SHORT_MS = 20.0


def missed(figures: Sequence[dict[str, Any]]) -> list[str]:
    """Reasons, from the figures of one page in databases of growing size."""
    last, aim_ms = figures[-1], figures[-1]["aim_ms"]
    reasons = [
        f"p95 {each[f'{which}_p95']:.0f} ms, {words}, aim {aim_ms:.0f} ms"
        for each in figures
        for which, words in (("first", "first touch"), ("again", "again"))
        if each[f"{which}_p95"] > aim_ms
    ]
    if last["queries"] > AIM_QUERIES:
        reasons.append(f"{last['queries']} queries, aim {AIM_QUERIES}")
    if ratio(figures) > AIM_RATIO and last["again_p95"] > TOO_SHORT_MS:
        reasons.append(f"× {ratio(figures):.1f} of the smallest database's p95, aim × {AIM_RATIO:.0f}")
    return reasons + [f"{fault}\n    at {url}" for fault, url in last["faults"].items()]


def ratio(figures: Sequence[dict[str, Any]]) -> float:
    return float(figures[-1]["again_p95"] / figures[0]["again_p95"])


def heading(names: Sequence[str]) -> str:
    columns = "".join(f"{f'{name}: p50 / p95 / max, first':>44}" for name in names)
    return f"{'ms; p95 of the first touch last':34}{columns}       ×  queries    kB"


def row(name: str, figures: Sequence[dict[str, Any]], reasons: Sequence[str]) -> str:
    columns = "".join(
        f"{each['again_p50']:18.1f} /{each['again_p95']:6.1f} /{each['again_max']:6.1f},{each['first_p95']:8.1f}"
        for each in figures
    )
    last = figures[-1]
    verdict = "missed" if reasons else "met"
    return f"{name:34}{columns}  {ratio(figures):6.2f}{last['queries']:9}{last['bytes'] / 1e3:6.0f}  {verdict}"
