"""The whole review in one process: real repository, real rows, GitHub played by the stand-in."""

import re
from datetime import timedelta

import pytest

from jobs.models import Gate, JobExecutionHistory, WorkflowJob
from jobs.states import JobStatus, WorkflowType
from jobs.testing import drain, perform_job
from reviews.analyzers import Analyzer, AnalyzerFailed
from reviews.models import Finding, Outcome, Review
from reviews.purposes import REVIEW, full
from reviews.requests import PullRequestRef, request_review
from reviews.stages import find as find_stage
from tests.reviews.parts import REPOSITORY, PullRequest

pytestmark = pytest.mark.django_db


def ask(pull: PullRequest, head_sha: str | None = None, *, purpose: str = REVIEW) -> WorkflowJob:
    ref = PullRequestRef(
        organization="octo",
        installation_id=None,
        repository=REPOSITORY,
        repository_id=pull.repository_id,
        number=pull.number,
        head_sha=pull.head_sha if head_sha is None else head_sha,
    )
    return request_review(ref, trigger="opened", purpose=purpose, delivery_id="delivery-1").job


def reviewed(pull: PullRequest, *, purpose: str = REVIEW) -> WorkflowJob:
    job = ask(pull, purpose=purpose)
    drain()
    job.refresh_from_db()
    return job


def verbs(job: WorkflowJob) -> list[str]:
    rows = JobExecutionHistory.objects.filter(job=job).order_by("id")
    return [row.stage if row.verb == "checkpoint" else row.verb for row in rows]


def test_a_pull_request_is_reviewed_from_request_to_comment(pull):
    job = reviewed(pull)
    assert (job.status, job.outcome["outcome"]) == (JobStatus.COMPLETED, Outcome.REVIEWED)
    assert sorted(pull.comments()) == [("shop/prices.py", 1), ("shop/prices.py", 6)]
    assert pull.checks() == [("completed", "failure")]


def test_the_broken_contract_is_told_at_the_definition_and_names_the_caller(pull):
    reviewed(pull)
    (comment,) = [c for c in pull.standin.review_comments(REPOSITORY, pull.number) if c.line == 1]
    assert "`shop/cart.py:5`" in comment.body
    assert "contract:parameters" in comment.body


def test_the_analyzers_finding_is_on_its_line(pull):
    reviewed(pull)
    (comment,) = [c for c in pull.standin.review_comments(REPOSITORY, pull.number) if c.line == 6]
    assert "Undefined name `rate`" in comment.body


def test_the_review_pauses_for_the_graph_and_goes_on_where_it_was(pull):
    assert verbs(reviewed(pull)) == [
        "enqueue",
        "claim",
        "resolve_pull_request",
        "read_configuration",
        "check_wanted",
        "fetch_change",
        "pause",
        "resume",
        "claim",
        "await_code_graph",
        "find",
        "filter_findings",
        "post",
        "resolve_threads",
        "count_reactions",
        "summarize",
        "complete",
    ]


def test_asking_again_posts_nothing_twice(pull):
    reviewed(pull)
    job = reviewed(pull)
    assert job.outcome == {"outcome": "SKIPPED", "reason": "already reviewed"}
    assert len(pull.bodies()) == 1
    assert pull.checks() == [("completed", "failure")]


def test_a_full_review_of_a_reviewed_head_says_it_all_again_on_the_same_check(pull):
    reviewed(pull)
    job = reviewed(pull, purpose=full(4_000))
    assert (job.outcome["outcome"], job.outcome["inline"]) == (Outcome.REVIEWED, 2)
    assert (len(pull.bodies()), len(pull.comments())) == (2, 4)
    assert pull.checks() == [("completed", "failure")]
    assert reviewed(pull).outcome["reason"] == "already reviewed"


def test_a_change_without_findings_gets_no_comment_and_a_green_check(open_pull):
    pull = open_pull({"shop/new.py": "PRICE = 1\n"})
    assert reviewed(pull).outcome["outcome"] == Outcome.REVIEWED
    assert (pull.bodies(), pull.summaries(), pull.checks()) == ([], [], [("completed", "success")])


def test_a_second_push_is_not_told_again_what_the_first_was(pull):
    reviewed(pull)
    newer = pull.repo.branch("newer", {"shop/more.py": "x = 1\n"}, start="change")
    pull.standin.push(REPOSITORY, pull.number, newer)
    later = ask(pull, newer)
    drain()
    later.refresh_from_db()
    assert (later.status, later.error_message) == (JobStatus.COMPLETED, "")
    again = Review.objects.get(head_sha=newer)
    assert (again.findings_inline, again.findings_dropped) == (0, 2)
    assert len(pull.bodies()) == 1


def test_a_graph_that_cannot_be_built_makes_the_review_partial(pull, monkeypatch):
    class Broken(Exception):
        permanent = True

    def fail(*_args, **_options):
        raise Broken

    monkeypatch.setattr("analysis.handlers.build_missing_graphs", fail)
    job = reviewed(pull)
    assert job.outcome["outcome"] == Outcome.PARTIAL
    assert "code graph could not be built" in pull.summaries()[0]
    assert pull.comments() == [("shop/prices.py", 6)]


def test_an_analyzer_that_fails_is_named_and_never_looks_like_a_clean_result(open_pull, monkeypatch):
    def crash(_files):
        raise AnalyzerFailed("ruff", "was ended by SIGKILL")

    monkeypatch.setattr(find_stage, "ANALYZERS", (Analyzer("ruff", lambda _path: True, crash),))
    pull = open_pull({"shop/new.py": "PRICE = 1\n"})
    job = reviewed(pull)
    assert (job.outcome["outcome"], pull.checks()) == (Outcome.PARTIAL, [("completed", "neutral")])
    assert "ruff was ended by SIGKILL" in job.outcome["reason"]


def test_a_draft_is_skipped_and_the_check_says_so(open_pull):
    pull = open_pull(draft=True)
    assert reviewed(pull).outcome == {"outcome": "SKIPPED", "reason": "draft"}
    assert pull.checks() == [("completed", "skipped")]


def test_a_draft_that_became_ready_is_reviewed_on_the_same_check(open_pull):
    pull = open_pull(draft=True)
    reviewed(pull)
    pull.standin.ready_for_review(REPOSITORY, pull.number)
    assert reviewed(pull).outcome["outcome"] == Outcome.REVIEWED
    assert pull.checks() == [("completed", "failure")]


def test_a_pull_request_that_is_gone_fails_the_job_for_good(pull):
    pull.standin.records.pulls.clear()
    job = ask(pull)
    assert perform_job(job).status == JobStatus.FAILED


def test_a_review_that_lost_its_answer_adopts_it_on_the_next_attempt(pull):
    pull.standin.fail_next("POST", "pulls/[0-9]+/reviews", applied=True)
    job = reviewed(pull)
    assert (job.status, job.error_type) == (JobStatus.RETRYING, "EffectUnknown")
    WorkflowJob.objects.filter(id=job.id).update(due_at=job.created_at)
    drain()
    job.refresh_from_db()
    assert (job.status, len(pull.bodies())) == (JobStatus.COMPLETED, 1)


@pytest.mark.parametrize("call", ["GET", "POST"])
def test_while_github_limits_us_the_check_says_until_when_and_the_review_goes_on_by_itself(pull, call):
    pull.standin.fail_next(call, "pulls/[0-9]+/reviews", status=403, headers={"Retry-After": "600"})
    job = reviewed(pull)
    (run,) = pull.standin.check_runs(REPOSITORY, pull.head_sha)
    assert (job.status, job.error_type, run.status) == (JobStatus.RETRYING, "RateLimited", "in_progress")
    until = re.fullmatch(r"Waiting for GitHub's limit until (\d\d:\d\d) UTC", run.output["title"])
    latest = job.due_at + timedelta(minutes=1)
    assert until
    assert until[1] in {f"{moment:%H:%M}" for moment in (job.due_at, latest)}
    WorkflowJob.objects.filter(id=job.id).update(due_at=job.created_at)
    Gate.objects.update(closed_until=job.created_at)
    drain()
    job.refresh_from_db()
    assert (job.status, len(pull.bodies()), pull.checks()) == (JobStatus.COMPLETED, 1, [("completed", "failure")])


def test_a_limit_of_which_nothing_remains_is_left_alone(pull):
    pull.standin.fail_next(
        "POST", "pulls/[0-9]+/reviews", status=403, headers={"Retry-After": "600", "X-RateLimit-Remaining": "0"}
    )
    reviewed(pull)
    (run,) = pull.standin.check_runs(REPOSITORY, pull.head_sha)
    assert run.output["title"] == "Reading the change"


def test_no_code_is_kept_in_jobs_or_findings(open_pull):
    pull = open_pull({"shop/new.py": "the_secret_sauce = missing_name(1)\n"})
    job = reviewed(pull)
    history = list(JobExecutionHistory.objects.values_list("detail", flat=True))
    findings = list(Finding.objects.values_list("message", "fingerprint"))
    assert "the_secret_sauce" not in str([job.checkpoint, job.outcome, history, findings])


def test_the_graph_job_and_the_review_share_the_deliverys_id(pull):
    reviewed(pull)
    assert set(WorkflowJob.objects.values_list("workflow_type", "correlation_id")) == {
        (WorkflowType.CODE_REVIEW, "delivery-1"),
        (WorkflowType.AST_ANALYSIS, "delivery-1"),
    }
