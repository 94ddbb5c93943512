"""What is kept of a replay: a JSON line for each change, in a file named for the code that reviewed.

A replay that was stopped goes on where it was; other code has another file, so that no old line passes for a new one.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from evaluation.ground import ROOT
from evaluation.reviewing import Row

#: What a review is made of, and what pins the tools it runs.
REVIEWED_BY = ("reviews/**/*.py", "analysis/**/*.py", "integrations/git/**/*.py", "requirements.txt")


def code_digest(root: Path = ROOT) -> str:
    """Equal as long as the code that reviews is the same."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in REVIEWED_BY for path in root.glob(pattern)):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def read(path: Path) -> list[Row]:
    """The whole lines of the file; one that was cut off when a replay was killed is removed from it."""
    content = path.read_bytes() if path.exists() else b""
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        path.write_bytes(whole)
    return [json.loads(line) for line in whole.splitlines()]


def append(path: Path, rows: Iterable[Row]) -> None:
    """Write each row as soon as it is there."""
    with path.open("a", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
            file.flush()
