"""Run a tool on untrusted files: a folder and a session of its own, an empty environment, limits, a deadline.

The limits are set by a launcher that then becomes the tool: a hook between fork and exec is not safe in a process
with threads. Output goes to a file, so that the file-size limit bounds it.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from reviews.analyzers.shape import AnalyzerFailed

MAX_OUTPUT_BYTES = 10 * 1024 * 1024
_LAUNCHER = """
import json, os, resource, sys
for name, limit in json.loads(sys.argv[1]).items():
    kind = getattr(resource, "RLIMIT_" + name)
    hard = resource.getrlimit(kind)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (limit, limit))
os.execv(sys.argv[2], sys.argv[2:])
"""


def run_isolated(name: str, argv: Sequence[str], *, folder: Path, timeout_seconds: float) -> tuple[int, bytes]:
    """Exit status and standard output of `argv` (an absolute path first), run in `folder`.

    AnalyzerFailed when it does not end in time, says too much, or dies by a signal.
    """
    limits = {
        "CPU": int(timeout_seconds) + 1,
        "AS": 4 * 1024**3,
        "NOFILE": 512,
        "FSIZE": MAX_OUTPUT_BYTES,
        "CORE": 0,
    }
    with tempfile.TemporaryFile() as output:
        status = _wait(name, _start(limits, argv, folder, output), timeout_seconds)
        output.seek(0)
        said = output.read(MAX_OUTPUT_BYTES + 1)
    if len(said) >= MAX_OUTPUT_BYTES:
        raise AnalyzerFailed(name, "said more than is read")
    if status < 0:
        raise AnalyzerFailed(name, f"was ended by {signal.Signals(-status).name}", crashed=True)
    return status, said


def _start(limits: dict[str, int], argv: Sequence[str], folder: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, json.dumps(limits), *argv],
        cwd=folder,
        env={"HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8", "RAYON_NUM_THREADS": "2"},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait(name: str, process: subprocess.Popen[bytes], timeout_seconds: float) -> int:
    try:
        return process.wait(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        raise AnalyzerFailed(name, f"did not end within {timeout_seconds:g} s") from None
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Nothing the tool started outlives it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    process.wait()
