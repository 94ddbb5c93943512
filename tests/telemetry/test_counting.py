import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from telemetry import counting
from telemetry.counting import Counter, Gauge, Histogram

ROOT = Path(__file__).resolve().parents[2]
DONE = Counter("kodus_test_done_total", "Things done.", ("kind",))
SECONDS = Histogram("kodus_test_seconds", "How long.", (1, 5), ("kind",))
LEFT = Gauge("kodus_test_left", "What is left.", ("kind",))

COUNT_AND_WAIT = """
import sys
from pathlib import Path
from telemetry import counting
from telemetry.counting import Counter
counting.keep_in(Path(sys.argv[1]))
Counter("kodus_test_done_total", "Things done.", ("kind",)).add("a")
print("counted", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path):
    """Where this process counts, for this test."""
    before, path = counting.folder(), tmp_path / "metrics"
    counting.keep_in(path)
    yield path
    counting.keep_in(before)


def told(folder: Path) -> dict[str, float]:
    """By name and the values of its labels, what a scrape reads."""
    metrics = MultiProcessCollector(None, path=str(folder)).collect()
    return {" ".join([one.name, *one.labels.values()]): one.value for metric in metrics for one in metric.samples}


def start(folder: Path) -> "subprocess.Popen[str]":
    """A process that counted once, and waits."""
    command = [sys.executable, "-c", COUNT_AND_WAIT, str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "counted\n"
    return process


def end(process: "subprocess.Popen[str]", number: signal.Signals = signal.SIGTERM) -> None:
    process.send_signal(number)
    process.communicate()


def test_a_count_is_told(folder):
    DONE.add("a")
    DONE.add("a", amount=2)
    DONE.add("b", amount=0)
    assert told(folder) == {"kodus_test_done_total a": 3, "kodus_test_done_total b": 0}


def test_a_histogram_tells_how_many_were_no_longer_than_each_bound(folder):
    for seconds in (0.5, 1, 3, 60):
        SECONDS.observe(seconds, "a")
    buckets = {le: told(folder)[f"kodus_test_seconds_bucket a {le}"] for le in ("1.0", "5.0", "+Inf")}
    assert buckets == {"1.0": 2, "5.0": 3, "+Inf": 4}
    assert told(folder)["kodus_test_seconds_sum a"] == 64.5
    assert told(folder)["kodus_test_seconds_count a"] == 4


def test_a_histogram_that_was_started_is_told_empty(folder):
    SECONDS.start("a")
    assert set(told(folder).values()) == {0}
    assert "kodus_test_seconds_count a" in told(folder)


def test_a_gauge_tells_what_was_said_last(folder):
    LEFT.set(5_000, "core")
    LEFT.set(12, "core")
    assert told(folder) == {"kodus_test_left core": 12}


def test_processes_that_run_at_once_are_summed(folder):
    DONE.add("a")
    others = [start(folder), start(folder)]
    assert told(folder)["kodus_test_done_total a"] == 3
    for other in others:
        end(other)


def test_what_a_killed_process_counted_stays_counted(folder):
    end(start(folder), signal.SIGKILL)
    assert told(folder)["kodus_test_done_total a"] == 1


def test_who_comes_after_goes_on_in_the_same_files(folder):
    for _ in range(5):
        end(start(folder), signal.SIGKILL)
    assert told(folder)["kodus_test_done_total a"] == 5
    assert len(list(folder.glob("*.db"))) == 1


def test_a_forked_child_counts_in_files_of_its_own(folder):
    DONE.add("a")
    pid = os.fork()
    if pid == 0:
        DONE.add("a", amount=10)
        os._exit(0)
    os.waitpid(pid, 0)
    DONE.add("a")
    assert told(folder)["kodus_test_done_total a"] == 12
    assert len(list(folder.glob("counter_*.db"))) == 2


def test_a_child_does_not_keep_the_slot_of_its_dead_parent(folder):
    """The lock goes through a fork; what a child holds of it is given up at once."""
    counting.keep_in(None)
    (reading, writing), (hearing, saying) = os.pipe(), os.pipe()
    parent = os.fork()
    if parent == 0:
        counting.keep_in(folder)
        DONE.add("a")
        if os.fork() == 0:
            os.write(saying, b"x")
            os.read(reading, 1)  # lives until the test says so
        os._exit(0)
    os.waitpid(parent, 0)
    os.read(hearing, 1)
    counting.keep_in(folder)
    DONE.add("a")
    os.write(writing, b"x")
    assert len(list(folder.glob("counter_*.db"))) == 1


def test_threads_lose_no_count(folder):
    threads = [threading.Thread(target=lambda: [DONE.add("a") for _ in range(2_000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(folder)["kodus_test_done_total a"] == 8_000


def test_where_the_folder_cannot_be_written_work_goes_on_uncounted(folder, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    counting.keep_in(blocked)
    DONE.add("a")
    SECONDS.observe(1, "a")
    LEFT.set(1, "a")
    counting.keep_in(folder)
    DONE.add("a")
    assert told(folder) == {"kodus_test_done_total a": 1}


@pytest.mark.parametrize(
    "damage",
    ["", "ff" * 100, "ff" * 1_000_000, "ffffff7f" * 1_000_000, "4000000000000000" + "10000000" * 1_000_000],
    ids=["empty", "short", "negative", "too long", "no keys"],
)
def test_a_damaged_file_is_begun_anew(folder, damage):
    folder.mkdir()
    (folder / "counter_0.db").write_bytes(bytes.fromhex(damage))
    DONE.add("a")
    assert told(folder) == {"kodus_test_done_total a": 1}


def test_space_is_reserved_before_anything_is_counted(folder):
    """A page that a full disk has no room for would end the process that touches it."""
    DONE.add("a")
    (file,) = folder.glob("*.db")
    assert file.stat().st_blocks * 512 >= counting.RESERVED_BYTES


def test_counts_begin_anew_when_they_are_forgotten(folder):
    DONE.add("a")
    counting.keep_in(None)
    counting.forget(folder)
    counting.keep_in(folder)
    DONE.add("a")
    assert told(folder) == {"kodus_test_done_total a": 1}


def test_a_label_too_few_is_a_mistake_of_the_caller(folder):
    with pytest.raises(ValueError, match="kind"):
        DONE.add()
