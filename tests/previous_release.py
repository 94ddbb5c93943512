"""The tree of the release before this one, taken from git's history, and processes that run it.

Where the history is missing (a shallow clone) its tests are skipped.
"""

import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT, Process

#: Its last commit; it moves when a release is made.
COMMIT = "bf497ebf9e04f312adcbcdd7bb2f7eb01fd65302"


@pytest.fixture(scope="session")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    known = subprocess.run(["git", "-C", ROOT, "cat-file", "-e", f"{COMMIT}^{{commit}}"], check=False)
    if known.returncode:
        pytest.skip(f"needs git's history: commit {COMMIT[:7]}, the release before this one, is not there")
    folder = tmp_path_factory.mktemp("previous")
    folder.chmod(0o755)
    archive = subprocess.run(["git", "-C", ROOT, "archive", COMMIT], check=True, capture_output=True)
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder


def of(release: Path, process: Process) -> Process:
    process.root = release
    return process
