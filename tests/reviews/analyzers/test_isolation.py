import sys
from pathlib import Path

import pytest

from reviews.analyzers import isolation
from reviews.analyzers.isolation import run_isolated
from reviews.analyzers.shape import AnalyzerFailed
from tests.services import wait_until


def run(code: str, folder: Path, *, timeout_seconds: float = 30) -> tuple[int, bytes]:
    return run_isolated("tool", [sys.executable, "-I", "-c", code], folder=folder, timeout_seconds=timeout_seconds)


def test_status_and_output_come_back(tmp_path):
    assert run("print('hello'); raise SystemExit(3)", tmp_path) == (3, b"hello\n")


def test_no_secret_of_ours_is_in_its_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("KODUS_GITHUB_TOKEN", "very-secret")
    _, said = run("import os; print(sorted(os.environ))", tmp_path)
    assert b"KODUS" not in said
    assert b"PATH" not in said


def test_a_tool_that_hangs_is_ended(tmp_path):
    with pytest.raises(AnalyzerFailed, match="did not end within"):
        run("import time; time.sleep(600)", tmp_path, timeout_seconds=0.5)


def test_what_a_tool_started_ends_with_it(tmp_path):
    code = """
import os, time
if os.fork() == 0:
    open("child", "w").write(str(os.getpid())); time.sleep(600)
while not os.path.exists("child") or not open("child").read(): time.sleep(0.01)
"""
    run(code, tmp_path)
    child = (tmp_path / "child").read_text()
    wait_until(lambda: has_ended(child), seconds=30, what="the end of the child")


def has_ended(pid: str) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().split()[2] in {"Z", "X"}


def test_a_tool_that_says_too_much_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(isolation, "MAX_OUTPUT_BYTES", 1_000)
    with pytest.raises(AnalyzerFailed):
        run("import sys; sys.stdout.write('x' * 100_000)", tmp_path)


def test_a_tool_that_dies_by_a_signal_fails_and_says_which(tmp_path):
    with pytest.raises(AnalyzerFailed, match="SIGSEGV"):
        run("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", tmp_path)


def test_a_tool_cannot_take_all_memory(tmp_path):
    status, _ = run("b'x' * (8 * 1024**3)", tmp_path)
    assert status == 1
