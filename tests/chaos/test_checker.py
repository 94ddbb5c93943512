"""The checker can fail: where all went as promised one thing is changed, and it says what is broken."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from chaos.checker import INVARIANTS, violations
from chaos.checker.evidence import Evidence
from jobs.executor import execute
from tests.chaos.changes import CHANGES, LATE
from tests.chaos.written import (
    CANCELLED,
    CLOSED,
    PLAIN,
    RESCUED,
    SECRET,
    check_facts,
    delivery_of,
    job,
    job_of,
    moment,
    post,
    post_of,
    pull,
    row_of,
    webhook,
    written,
)

ACCEPTED = 202


def broken(evidence: Evidence) -> set[str]:
    return {number for number, found in violations(evidence).items() if found}


@pytest.fixture
def evidence(tmp_path) -> Evidence:
    return written(tmp_path)


@pytest.fixture
def log(tmp_path) -> Iterator[Path]:
    """What the service logs, as its processes write it."""
    path, root = tmp_path / "worker-1.log", logging.getLogger()
    handler = logging.FileHandler(path)
    handler.setFormatter(next(there.formatter for there in root.handlers if type(there) is logging.StreamHandler))
    root.addHandler(handler)
    yield path
    root.removeHandler(handler)
    handler.close()


class TestNothingIsReported:
    def test_of_a_campaign_in_which_all_went_as_promised(self, evidence):
        assert {number: found for number, found in violations(evidence).items() if found} == {}

    @pytest.mark.parametrize("last", [{"state": "closed"}, {"state": "open", "draft": True}], ids=["closed", "draft"])
    def test_of_a_head_that_nobody_asked_to_review(self, evidence, last):
        pull(evidence, PLAIN, at=LATE, head="b", **last)
        assert broken(evidence) == set()

    def test_of_a_review_that_is_there_although_its_answer_was_lost(self, evidence):
        post_of(evidence, PLAIN)["status"] = None
        assert broken(evidence) == set()

    def test_of_a_job_that_is_taken_early_from_a_worker_whose_parent_saw_it_die(self, evidence):
        rescue = row_of(evidence, RESCUED, "rescue")
        rescue["actor"], rescue["detail"]["lease_until"] = "host:1:w", moment(LATE).isoformat()
        assert broken(evidence) == set()

    def test_of_a_check_run_whose_closing_somebody_cancelled(self, evidence):
        made, closed = check_facts(evidence, PLAIN)
        evidence.github.remove(closed)
        review = job_of(evidence, PLAIN)["id"]
        evidence.rows("effects").append({"job_id": review, "external_id": str(made["made"])})
        closing = job(evidence, PLAIN, "enqueue cancel", at=200, kind="CHECK_CLOSING")
        closing["payload"] = {"review_job_id": str(review)}
        assert broken(evidence) == set()

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("door killed", {}),
            ("door frozen", {}),
            ("failpoint: kill", {"process": "webhook"}),
            ("failpoint: stall", {"process": "webhook"}),
            ("link silent", {"target": "webhook to database"}),
        ],
    )
    def test_of_a_delivery_without_an_answer_while_something_was_done_to_the_door(self, evidence, kind, told):
        evidence.faults[0].update(fault=kind, **told)
        answer = next(fact for fact in evidence.facts("webhook_answered") if fact["status"] != ACCEPTED)
        answer["status"] = None
        assert broken(evidence) == set()
        evidence.faults[0].update(target="worker to database", process="worker-review")
        assert broken(evidence) == (set() if kind.startswith("door") else {"I16b"})

    @pytest.mark.parametrize("verdict", ["IGNORED", "PING", "HELD", "ACCEPTED"])
    def test_of_a_delivery_that_caused_no_job_for_a_reason(self, evidence, verdict):
        delivery_of(evidence, PLAIN).update(verdict=verdict, reason="It is said.", job_id=None)
        assert broken(evidence) == set()

    def test_of_a_review_of_what_was_closed_and_is_open_again(self, evidence):
        pull(evidence, CLOSED, at=LATE - 1, head="b")
        post(evidence, CLOSED, at=LATE, head="b")
        assert broken(evidence) == set()

    def test_of_a_head_that_was_reviewed_and_comes_back(self, evidence):
        pull(evidence, PLAIN, at=80, head="b")
        post(evidence, PLAIN, at=85, head="b")
        pull(evidence, PLAIN, at=90, head="a")
        assert broken(evidence) == set()

    @pytest.mark.parametrize("before", ["", "claim", "claim pause", "claim retry"])
    def test_of_a_live_job_that_is_cancelled_by_hand(self, evidence, before):
        job(evidence, CANCELLED, f"enqueue {before} cancel", at=200)
        assert broken(evidence) == set()

    def test_of_a_job_that_is_retried_by_hand_once_no_other_is_alive(self, evidence):
        job(evidence, CANCELLED, "enqueue claim fail", at=190)
        job(evidence, CANCELLED, "enqueue claim fail retry_by_hand claim complete", at=200)
        assert broken(evidence) == set()

    def test_of_live_jobs_side_by_side_that_are_no_one_piece_of_work(self, evidence):
        for _ in range(2):
            job(evidence, PLAIN, "enqueue claim complete", at=200)
            job_of(evidence, PLAIN)["dedupe_key"] = None
        assert broken(evidence) == set()

    def test_of_uneven_waits_of_a_few_jobs(self, evidence):
        for number in range(9):
            job(evidence, f"third/app#{number}", "enqueue claim complete", at=0)
            row_of(evidence, f"third/app#{number}", "enqueue")["at"] -= timedelta(hours=1)
        assert broken(evidence) == set()

    def test_of_one_that_asks_for_more_than_its_share_and_waits_for_it(self, evidence):
        for number in range(40):
            job(evidence, f"third/app#{number}", "enqueue claim complete", at=0)
            row_of(evidence, f"third/app#{number}", "enqueue")["at"] -= timedelta(hours=1)
        assert broken(evidence) == set()


def test_there_is_a_change_that_breaks_each_invariant():
    assert set().union(*(numbers for _, numbers in CHANGES.values())) == set(INVARIANTS)


@pytest.mark.parametrize(("change", "numbers"), CHANGES.values(), ids=CHANGES)
def test_exactly_what_a_change_breaks_is_reported(evidence, change, numbers):
    change(evidence)
    assert broken(evidence) == numbers


@pytest.mark.parametrize("verb", ["checkpoint", "complete", "fail", "retry", "pause", "release"])
def test_each_write_of_another_worker_is_reported(evidence, verb):
    job(evidence, CANCELLED, f"enqueue claim {verb}", at=200)
    assert not violations(evidence)["I6"]
    row_of(evidence, CANCELLED, verb)["actor"] = "host:9:w"
    assert violations(evidence)["I6"]


@pytest.mark.parametrize(
    ("status", "numbers"),
    [
        *((status, {"I16", "I16b"}) for status in (None, 199, 300, 503)),
        *((status, {"I1", "I16"}) for status in (200, 299)),
    ],
)
def test_what_was_answered_2xx_counts_as_accepted(evidence, status, numbers):
    webhook(evidence, PLAIN, at=LATE, status=status)  # and is not stored
    assert broken(evidence) == numbers


def test_a_secret_in_the_database_is_reported(tmp_path):
    leaky = Evidence(github=[], faults=[], tables={}, dump=f"12\t{SECRET}\n", secrets=(SECRET,))
    assert broken(leaky) == {"I14"}


@pytest.mark.django_db
def test_what_a_worker_logs_of_a_job_that_was_never_committed_is_understood(evidence, log):
    execute(uuid4(), 1)
    evidence.logs["worker-1"] = log
    assert broken(evidence) == {"I9"}
