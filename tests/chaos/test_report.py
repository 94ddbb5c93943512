"""The figures for people, of evidence for which they are known: losses, and how long each fault was felt."""

import pytest

from chaos import report
from chaos.checker import INVARIANTS
from chaos.checker.evidence import Evidence
from chaos.recovery import felt, percentile
from tests.chaos.written import PLAIN, RESCUED, SENT_TWICE, fault, job, post, post_of, pull, written

LATE = 1_000.0


@pytest.fixture
def evidence(tmp_path) -> Evidence:
    evidence = written(tmp_path)
    evidence.faults.clear()
    return evidence


def strike(evidence: Evidence, kind: str, began: float, mended: float | None = None) -> None:
    fault(evidence, kind, began=began, mended=mended or began)


def felt_seconds(evidence: Evidence) -> list[float]:
    return [fault.seconds for fault in felt(evidence)]


class TestHowLongAFaultIsFelt:
    """A job of a story is enqueued at its second, and each verb comes a second after the one before."""

    @pytest.mark.parametrize("end", ["rescue", "release", "retry"])
    def test_until_the_work_it_interrupted_is_taken_up_again(self, evidence, end):
        job(evidence, PLAIN, f"enqueue claim {end} claim complete", at=200)
        strike(evidence, "worker killed", 201.5)
        assert felt_seconds(evidence) == pytest.approx([1.5])

    def test_until_the_last_of_several(self, evidence):
        job(evidence, PLAIN, "enqueue claim rescue claim complete", at=200)
        job(evidence, RESCUED, "enqueue claim checkpoint checkpoint rescue claim complete", at=200)
        strike(evidence, "worker killed", 201.5)
        assert felt_seconds(evidence) == pytest.approx([3.5])

    def test_until_the_work_has_ended_where_nobody_takes_it_up(self, evidence):
        job(evidence, PLAIN, "enqueue claim rescue cancel", at=200)
        strike(evidence, "worker killed", 201.5)
        assert felt_seconds(evidence) == pytest.approx([1.5])

    def test_for_ever_where_it_never_ends(self, evidence):
        job(evidence, PLAIN, "enqueue claim rescue", at=200)
        strike(evidence, "worker killed", 201.5)
        assert felt_seconds(evidence) == [float("inf")]

    def test_where_nothing_was_interrupted_until_any_work_is_done_after_it(self, evidence):
        job(evidence, PLAIN, "enqueue claim complete", at=200)
        strike(evidence, "github slow", 195, 201.75)
        assert felt_seconds(evidence) == pytest.approx([0.25])

    def test_an_attempt_that_began_after_it_did_not_end_of_it(self, evidence):
        job(evidence, PLAIN, "enqueue claim rescue claim complete", at=200)
        strike(evidence, "worker killed", 200.5)
        assert felt_seconds(evidence) == pytest.approx([3.5])  # the completion

    def test_an_attempt_that_ended_before_it_did_not_end_of_it(self, evidence):
        job(evidence, PLAIN, "enqueue claim rescue claim complete", at=200)
        strike(evidence, "worker killed", 202.5)
        assert felt_seconds(evidence) == pytest.approx([1.5])

    def test_an_attempt_that_ended_long_after_it_did_not_end_of_it(self, evidence):
        checkpoints = "checkpoint " * 50
        job(evidence, PLAIN, f"enqueue claim {checkpoints} rescue claim complete", at=200)
        strike(evidence, "worker killed", 201.5)
        assert felt_seconds(evidence) == pytest.approx([52.5])


class TestTheTable:
    def test_it_counts_what_each_fault_was_near_and_sums_everything_once(self, evidence):
        evidence.github.remove(post_of(evidence, SENT_TWICE))  # opened at 100
        post(evidence, RESCUED, at=300, head="a")  # for the second time
        job(evidence, PLAIN, "enqueue claim rescue claim complete", at=400)
        job(evidence, PLAIN, "enqueue claim checkpoint rescue claim complete", at=500)
        for began in (401.5, 501):
            strike(evidence, "worker killed", began)
        strike(evidence, "github slow", 120, 301)
        strike(evidence, "link cut", 359.5)
        assert report.table(evidence).splitlines()[2:] == [
            "| github slow | 1 | 1 | 1 | 103.0 s | 103.0 s |",
            "| link cut | 1 | 0 | 1 | 44.5 s | 44.5 s |",
            "| worker killed | 2 | 0 | 0 | 2.2 s | 3.0 s |",
            "| **all, 3 kinds** | **4** | 1 | 1 | 23.8 s | 101.2 s |",
        ]

    def test_it_has_no_rows_where_nothing_was_struck(self, evidence):
        assert len(report.table(evidence).splitlines()) == 2


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [([7.0], 99, 7.0), ([1.0, 2.0, 3.0], 50, 2.0), (range(101), 99, 99.0), ([1.0, 3.0], 50, 2.0)],
)
def test_a_percentile_lies_between_its_neighbours(values, percent, found):
    assert percentile(list(values), percent) == pytest.approx(found)


def test_the_headline_counts_deliveries_jobs_and_reviews(evidence):
    pull(evidence, PLAIN, at=LATE, head="b")
    post(evidence, PLAIN, at=LATE, head="b", applied=False)
    told = report.figures(evidence, name="kodus queue", seed=7, seconds=14.0)
    assert report.headline(told) == (
        "kodus queue, seed 7: 0.2 min, 28 deliveries (2.0/s) in 29 requests, 1 not answered 202;"
        " jobs 2 CANCELLED, 27 COMPLETED; 26 reviews posted"
    )


def test_each_invariant_has_a_line_in_the_order_of_numbers_and_a_broken_one_says_how():
    found = dict.fromkeys(INVARIANTS, ()) | {"I7": [f"pull {number}" for number in range(8)]}
    lines = list(report.verdicts(found))
    numbers = [line.split()[0] for line in lines if line.startswith("I")]
    assert numbers[6:12] == ["I7", "I7b", "I7c", "I7d", "I7e", "I8"]
    assert set(numbers) == set(INVARIANTS)
    broken = lines.index(f"I7   BROKEN 8×  {INVARIANTS['I7'].statement}")
    assert [line.strip() for line in lines[broken + 1 : broken + 7]][:5] == [f"pull {number}" for number in range(5)]
    assert lines[broken + 6].startswith("I7b  holds")
