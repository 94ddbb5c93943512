"""Where the real-world data for tests is, when it is there: webhook payloads, an OpenAPI slice, repositories.

It is not part of the repository. KODUS_TEST_DATA names its folder; else a `shared/data` beside the checkout is used.
"""

import os
from pathlib import Path

import pytest

_candidates = [
    Path(os.environ.get("KODUS_TEST_DATA", "")) if os.environ.get("KODUS_TEST_DATA") else None,
    Path(__file__).resolve().parents[2] / "shared" / "data",
]
SHARED_DATA: Path | None = next((path for path in _candidates if path and path.is_dir()), None)

needs_shared_data = pytest.mark.skipif(
    SHARED_DATA is None, reason="needs the real-world test data (KODUS_TEST_DATA or ../shared/data)"
)
