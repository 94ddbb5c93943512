"""`make demo` from start to end, and what keeps it from touching anything of its user's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kodus_queue.demo import places
from kodus_queue.demo.pull_request import BASE_BRANCH, HEAD_BRANCH, make_repository
from kodus_queue.embedded.account import remove_servers_folder
from kodus_queue.processes import PORTS, process_environment
from kodus_queue.service import AlreadyRunningError
from kodus_queue.supervision import Supervisor
from tests.services import free_port

WORDS = [
    "Dashboard",
    "received",
    "processing",
    "waiting for the code graph",
    "resumed",
    "reviewed",
    "login",
    "admin",
    "Flower",
]
SOURCES = Path(places.__file__).parent / "repository"


def line_of(text: str) -> int:
    lines = (SOURCES / "change" / "shop" / "pricing.py").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    """What the demo's servers keep outside of it, for an account that cannot enter it, goes with it."""
    yield tmp_path
    remove_servers_folder(tmp_path / "demo")


@pytest.mark.acceptance
@pytest.mark.timeout(300)
@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.campaign)])
def test_the_demo_shows_a_review_of_both_defects_and_ends_and_may_be_shown_again(state_dir, times):
    environment = {**os.environ, **{name: str(free_port()) for name in PORTS}, "KODUS_STATE_DIR": str(state_dir)}
    command = [sys.executable, "-m", "kodus_queue.demo", "--exit"]
    for _ in range(times):
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        story = [word for word in WORDS if word in done.stdout]
        assert story == WORDS
        assert f"shop/pricing.py:{line_of('def gross_total')} " in done.stdout
        assert f"shop/pricing.py:{line_of('coupons: list[str] = []')} " in done.stdout
        assert "shop/reports.py:12" in done.stdout
        assert not Supervisor(process_environment({"KODUS_STATE_DIR": str(state_dir / "demo")})).answers()


def test_the_change_breaks_a_caller_it_does_not_touch(tmp_path):
    repository = make_repository(tmp_path / "shop")
    command = ["git", "-C", str(repository), "diff", "--name-only", BASE_BRANCH, HEAD_BRANCH]
    changed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert sorted(changed) == ["shop/checkout.py", "shop/pricing.py", "tests/test_pricing.py"]
    assert "gross_total(order)\n" in (repository / "shop" / "reports.py").read_text(encoding="utf-8")


def test_the_demo_knows_nothing_of_what_is_configured_around_it(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://production/kodus")
    monkeypatch.setenv("BROKER_URL_FILE", "/run/secrets/broker")
    monkeypatch.setenv("KODUS_GITHUB_TOKEN", "a real one")
    environment = places.demo_environment(tmp_path)
    assert not {"DATABASE_URL", "BROKER_URL_FILE"} & set(environment)
    assert environment["KODUS_GITHUB_TOKEN"] != "a real one"


def test_a_second_demo_of_the_same_checkout_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("KODUS_STATE_DIR", str(tmp_path))
    with places.only_one_demo(), pytest.raises(AlreadyRunningError), places.only_one_demo():
        pass


def test_a_demo_starts_clean(tmp_path):
    state_dir = tmp_path / "demo"
    state_dir.mkdir()
    (state_dir / "embedded.json").write_text("{}")
    places.clean_state(state_dir)
    assert not state_dir.exists()
