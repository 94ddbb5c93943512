"""Failpoints: each border is there and is crossed, and what is ordered or drawn for it is done, once, and noted."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import OperationalError

from chaos.faults import KINDS
from chaos.inside import failpoints, wrapping
from chaos.inside.borders import ACTIONS, BORDERS, MOMENTS
from chaos.matrix import PROVOKED_BY
from tests.chaos.looked_up import taken_elsewhere
from tests.jobs import operations
from tests.processes import ROOT

DIES = "import django; django.setup(); from webhooks import intake; intake.carry_out(None, None)"


@pytest.fixture
def orders(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("CHAOS_FAILPOINT_ORDERS", str(tmp_path))
    monkeypatch.setenv("CHAOS_FAULTS_LOG", str(tmp_path / "faults.jsonl"))
    return tmp_path


@pytest.fixture
def struck(monkeypatch) -> list[tuple[str, str]]:
    """What would have been done, and where."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(failpoints, "_strike", lambda point, action: found.append((point, action)))
    return found


def cross(border: str = "claim") -> list[str]:
    """What the function behind the border was called with."""
    calls: list[str] = []
    failpoints._crossing(calls.append, border)("called")
    return calls


class TestBorders:
    @pytest.mark.parametrize("border", BORDERS)
    def test_each_is_a_function_that_the_service_looks_up_there(self, border):
        owner, name = wrapping._found(BORDERS[border])
        assert callable(getattr(owner, name))
        assert taken_elsewhere(owner, name) == []

    def test_a_function_that_was_taken_from_its_module_would_be_seen(self):
        owner, name = wrapping._found("jobs.executor:execute")
        assert any(place.startswith("jobs/tasks.py") for place in taken_elsewhere(owner, name))

    def test_all_are_watched_once_a_process_has_started(self, changed, orders):
        failpoints.arm()
        assert changed == [wrapping._found(target) for target in BORDERS.values()]

    def test_what_provokes_a_crossing_is_a_fault_there_is(self):
        assert set(PROVOKED_BY) <= set(BORDERS)
        assert set(PROVOKED_BY.values()) <= set(KINDS)


class TestAShare:
    def test_of_one_strikes_at_each_moment_of_each_crossing(self, monkeypatch, struck):
        monkeypatch.setenv("CHAOS_FAILPOINT_SHARE", "1")
        assert cross() == ["called"]
        assert [point for point, _ in struck] == [f"{moment} claim" for moment in MOMENTS]

    def test_of_none_never_strikes(self, monkeypatch, struck):
        monkeypatch.setenv("CHAOS_FAILPOINT_SHARE", "0")
        assert cross() == ["called"]
        assert struck == []

    def test_strikes_that_often_and_does_each_thing_as_often(self, monkeypatch, struck):
        monkeypatch.setenv("CHAOS_FAILPOINT_SHARE", "0.2")
        random.seed(1)
        for _ in range(2_000):
            cross()
        assert len(struck) == pytest.approx(4_000 * 0.2, rel=0.1)
        counts = Counter(action for _, action in struck)
        assert counts == pytest.approx(dict.fromkeys(ACTIONS, len(struck) / len(ACTIONS)), rel=0.2)


class TestAnOrder:
    def test_is_carried_out_at_its_point_and_once(self, orders, struck):
        (orders / "after claim").write_text("stall")
        cross("checkpoint")
        assert struck == []
        cross()
        cross()
        assert struck == [("after claim", "stall")]
        assert not (orders / "after claim").exists()

    def test_can_be_given_again(self, orders, struck):
        for action in ("kill", "break"):
            (orders / "before claim").write_text(action)
            cross()
        assert struck == [("before claim", "kill"), ("before claim", "break")]

    def test_comes_before_the_share(self, orders, struck, monkeypatch):
        monkeypatch.setenv("CHAOS_FAILPOINT_SHARE", "1")
        cross()
        assert struck == []

    def test_is_carried_out_by_one_of_many_who_cross_at_once(self, orders, struck):
        (orders / "before claim").write_text("kill")
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: cross(), range(200)))
        assert struck == [("before claim", "kill")]


class TestWhatIsDone:
    @pytest.fixture
    def done(self, monkeypatch) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        monkeypatch.setattr(os, "kill", lambda *told: found.append(("kill", *told)))
        monkeypatch.setattr(os, "killpg", lambda *told: found.append(("killpg", *told)))
        monkeypatch.setattr(time, "sleep", lambda *told: found.append(("sleep", *told)))
        return found

    def order(self, orders: Path, action: str, moment: str = "before") -> dict[str, object]:
        """Carry it out; what was noted."""
        (orders / f"{moment} claim").write_text(action)
        cross()
        return self.noted(orders)

    def noted(self, orders: Path) -> dict[str, object]:
        (line,) = (orders / "faults.jsonl").read_text().splitlines()
        return dict(json.loads(line))

    def test_kill_ends_this_process(self, orders, done):
        assert self.order(orders, "kill")["fault"] == "failpoint: kill"
        assert done == [("kill", os.getpid(), signal.SIGKILL)]

    def test_kill_all_ends_all_of_its_group(self, orders, done):
        assert self.order(orders, "kill all")["fault"] == "failpoint: kill all"
        assert done == [("killpg", os.getpgid(0), signal.SIGKILL)]

    def test_stall_waits_and_goes_on(self, orders, done):
        told = self.order(orders, "stall")
        assert (told["target"], told["began"]) == ("before claim", told["mended"])
        assert done == [("sleep", failpoints.STALL_SECONDS)]

    @pytest.mark.parametrize(("moment", "calls"), [("before", 0), ("after", 1)])
    def test_break_is_an_error_of_the_database(self, orders, moment, calls):
        (orders / f"{moment} claim").write_text("break")
        called: list[int] = []
        with pytest.raises(OperationalError, match=f"planted {moment} claim"):
            failpoints._crossing(called.append, "claim")(1)
        assert len(called) == calls
        assert self.noted(orders)["target"] == f"{moment} claim"


@pytest.mark.django_db
def test_a_claim_that_is_broken_before_it_leaves_the_job_unclaimed(changed, orders):
    job = operations.runnable()
    failpoints.arm()
    (orders / "before claim").write_text("break")
    with pytest.raises(OperationalError):
        operations.claim(job)
    job.refresh_from_db()
    assert job.status == "PENDING"
    assert operations.claim(job).status == "PROCESSING"


def test_a_process_of_the_service_dies_where_it_was_ordered_to(orders):
    (orders / "before carry out").write_text("kill")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "chaos.inside.settings"}
    ended = subprocess.run([sys.executable, "-c", DIES], cwd=ROOT, env=environment, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert json.loads((orders / "faults.jsonl").read_text())["target"] == "before carry out"
