"""What each page takes in the one database that Django knows. Django has to be set up before this is imported."""

import sys
from typing import Any

from benchmarks.scale.admin_pages import ADMIN
from benchmarks.scale.api_pages import API
from benchmarks.scale.dashboard_pages import DASHBOARD
from benchmarks.scale.requests import measured
from benchmarks.scale.samples import drawn
from benchmarks.scale.sign_in import signed_in

SEED = 11


def figures_of_pages(requests: int, only: str) -> dict[str, dict[str, Any]]:
    """Of those whose name has `only` in it; the name of each is said as it begins."""
    client, samples = signed_in(), drawn(seed=SEED, many=requests)
    figures = {}
    for page in (*API, *ADMIN, *DASHBOARD):
        if only in page.name:
            print(page.name, file=sys.stderr)
            figures[page.name] = {**measured(client, page, samples).to_json(), "aim_ms": page.aim_ms}
    return figures
