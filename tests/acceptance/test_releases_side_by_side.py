"""A review through processes of this release and of the one before: as while a deploy rolls, or is taken back."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis.extraction import EXTRACTOR_VERSION
from kodus_queue.demo.pull_request import FULL_NAME
from tests.acceptance.service import Service, open_the_door, reviews, service, wait_for_reviews
from tests.previous_release import of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]


@contextmanager
def mixed(folder: Path, broker: str, previous: Path, old: Sequence[str]) -> Iterator[Service]:
    """The whole service, with the processes in `old` of the release before."""
    folder.chmod(0o755)
    with service(folder, broker) as made:
        for name in old:
            of(previous, getattr(made, name))
        yield made


@pytest.mark.parametrize(
    "old",
    [
        pytest.param(["dispatcher"], marks=pytest.mark.campaign),
        pytest.param(["analysis_worker"], marks=pytest.mark.campaign),
        ["dispatcher", "review_worker", "analysis_worker"],
    ],
)
def test_a_review_goes_through_processes_of_both_releases(broker, tmp_path, previous, old):
    assert outcome_of_a_review(tmp_path, broker, previous, old) == "REVIEWED"


def test_a_reviewer_of_the_release_before_says_so_when_it_cannot_read_our_graph(broker, tmp_path, previous):
    reads_ours = f"EXTRACTOR_VERSION = {EXTRACTOR_VERSION}\n" in (previous / "analysis/extraction.py").read_text()
    outcome = outcome_of_a_review(tmp_path, broker, previous, ["review_worker"])
    assert outcome == ("REVIEWED" if reads_ours else "PARTIAL")


def outcome_of_a_review(folder: Path, broker: str, previous: Path, old: Sequence[str]) -> str:
    """What the one job says of it; one review is posted."""
    with mixed(folder, broker, previous, old) as made:
        for process in made.processes:
            process.start()
        open_the_door(made)
        number = made.open_pull_request()
        (job,) = wait_for_reviews(1)
        assert len(made.standin.reviews(FULL_NAME, number)) == 1
        return str(job.outcome["outcome"])


def test_the_door_of_the_release_before_stores_what_ours_reviews(broker, tmp_path, previous):
    with mixed(tmp_path, broker, previous, ["webhook"]) as made:
        address = f"127.0.0.1:{made.webhook_port}"
        made.webhook.command = (sys.executable, "-m", "gunicorn", "--bind", address, "kodus_queue.wsgi:application")
        for process in made.processes:
            process.start()
        open_the_door(made)
        number = made.open_pull_request()
        wait_for_reviews(1)
        assert len(made.standin.reviews(FULL_NAME, number)) == len(reviews()) == 1
