from dataclasses import replace

import pytest

from jobs.errors import LeaseLost
from reviews.check_runs import close_check, open_check, show_progress, verdict
from reviews.findings import Finding, Placement, Severity
from tests.reviews.parts import REPOSITORY, claimed, review_job

pytestmark = pytest.mark.django_db


def finding(severity: Severity = Severity.HIGH, placement: Placement = Placement.INLINE) -> Finding:
    return Finding("r", "shop/prices.py", 1, 1, severity, "message", placement=placement)


def concluded(pull, **values) -> tuple[str, str]:
    conclusion, output = verdict(replace(pull.context(), **values))
    return conclusion, output.title


def test_a_check_is_opened_queued_under_the_id_of_the_job(attempt, pull):
    open_check(attempt, pull.context())
    (run,) = pull.standin.check_runs(REPOSITORY, pull.head_sha)
    assert (run.status, run.external_id) == ("queued", str(attempt.job_id))


def test_a_check_is_opened_once(attempt, pull):
    open_check(attempt, pull.context())
    open_check(attempt, pull.context())
    assert len(pull.checks()) == 1


def test_a_check_whose_answer_was_lost_is_found_again(attempt, pull):
    pull.standin.fail_next("POST", "check-runs", applied=True)
    with pytest.raises(Exception, match="answer never came"):
        open_check(attempt, pull.context())
    open_check(attempt, pull.context())
    assert len(pull.checks()) == 1


def test_a_token_that_may_not_write_checks_reviews_without(attempt, pull):
    pull.standin.fail_next("POST", "check-runs", status=403)
    open_check(attempt, pull.context())
    close_check(attempt, pull.context())
    assert pull.checks() == []


def test_progress_is_shown_in_the_check(attempt, pull):
    open_check(attempt, pull.context())
    show_progress(attempt, pull.context(), "Reading the change")
    (run,) = pull.standin.check_runs(REPOSITORY, pull.head_sha)
    assert (run.status, run.output["title"]) == ("in_progress", "Reading the change")


@pytest.mark.parametrize("write", [lambda *of: show_progress(*of, "Reading the change"), close_check])
def test_a_worker_that_lost_its_lease_does_not_touch_the_check_any_more(attempt, pull, write):
    """It may have been completed by another worker since."""
    open_check(attempt, pull.context())
    attempt._leased_until = 0
    with pytest.raises(LeaseLost):
        write(attempt, pull.context())
    assert pull.checks() == [("queued", None)]


def test_progress_that_cannot_be_shown_stops_nothing(attempt, pull):
    open_check(attempt, pull.context())
    pull.standin.fail_next("PATCH", "check-runs", status=500)
    show_progress(attempt, pull.context(), "Reading the change")
    assert pull.checks() == [("queued", None)]


def test_the_check_is_closed_with_the_verdict(attempt, pull):
    open_check(attempt, pull.context())
    close_check(attempt, pull.context())
    assert pull.checks() == [("completed", "success")]


def test_the_check_of_another_job_is_left_alone(attempt, pull):
    open_check(attempt, pull.context())
    close_check(claimed(review_job(pull)), pull.context())
    assert pull.checks() == [("queued", None)]


def test_a_later_job_goes_on_with_the_same_check(attempt, pull):
    open_check(attempt, pull.context())
    later = claimed(review_job(pull))
    open_check(later, pull.context())
    close_check(later, pull.context())
    assert pull.checks() == [("completed", "success")]


def test_no_findings_are_a_success(pull):
    assert concluded(pull) == ("success", "No findings")


def test_a_severe_finding_fails_the_check(pull):
    assert concluded(pull, findings=(finding(),)) == ("failure", "1 finding")


def test_findings_below_the_failing_level_are_a_success(pull):
    assert concluded(pull, findings=(finding(Severity.MEDIUM),) * 2) == ("success", "2 findings")


def test_dropped_findings_do_not_count(pull):
    assert concluded(pull, findings=(finding(placement=Placement.DROPPED),)) == ("success", "No findings")


def test_a_partial_review_is_neutral_and_says_so(pull):
    assert concluded(pull, shortfalls=("ruff failed.",)) == ("neutral", "Partial review: no findings")


def test_a_partial_review_says_in_the_check_what_is_missing_and_that_it_is_not_tried_again(pull):
    _, output = verdict(replace(pull.context(), shortfalls=("ruff failed.",)))
    assert "- ruff failed.\n- Nothing of this is tried again by itself; `/review full`" in output.summary


def test_the_check_links_to_the_page_of_its_job_where_there_is_one(attempt, pull, settings):
    settings.PUBLIC_URL = "https://reviews.example.com"
    open_check(attempt, pull.context())
    (run,) = pull.standin.check_runs(REPOSITORY, pull.head_sha)
    assert run.details_url == f"https://reviews.example.com/jobs/{attempt.job_id}"


def test_the_check_names_the_files_left_out(pull):
    _, output = verdict(replace(pull.context(), files=("a.py",), left_out=(("uv.lock", "lock file"),)))
    assert output.summary == "1 file reviewed.\n- left out, lock file: `uv.lock`"


def test_a_summary_of_any_length_fits_and_says_how_much_is_left_out(pull):
    left_out = tuple((f"{index}/{'漢' * 100}.lock", "lock file") for index in range(1_000))
    _, output = verdict(replace(pull.context(), left_out=left_out))
    assert len(output.summary.encode()) < 65_535
    assert output.summary.endswith(" more")


def test_a_note_on_the_configuration_stands_in_the_title_and_the_summary(pull):
    _, output = verdict(replace(pull.context(), notes=("`.kodus.yml` is not valid: line 4",)))
    assert output.title == "No findings, and a note on the configuration"
    assert "\n- configuration: `.kodus.yml` is not valid: line 4" in output.summary


def test_a_skipped_review_tells_of_the_configuration_too(pull):
    _, output = verdict(replace(pull.context(), skipped="draft", notes=("`.kodus.yml` is not valid: line 4",)))
    assert output.summary.endswith("\n- configuration: `.kodus.yml` is not valid: line 4")


def test_a_skipped_review_says_why(pull):
    assert concluded(pull, skipped="draft") == ("skipped", "Skipped: draft")
