"""The client's calls, against the stand-in."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from integrations.github.client import GitHub
from integrations.github.errors import (
    CredentialsRefused,
    GitHubUnavailable,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ValidationFailed,
)
from integrations.github.standin.records import StoredReview, now
from integrations.github.standin.reviewing import NO_HUNK, OFF_THE_DIFF
from integrations.github.types import CheckOutput, ReviewComment


def head(standin, number):
    return standin.records.pulls["octo/app", number].head_sha


def posts(standin):
    return [write for write in standin.writes if write.method == "POST"]


def test_a_pull_request_tells_what_a_review_needs(github, standin, number):
    pull = github.pull_request("octo/app", number)
    assert (pull.number, pull.title, pull.body, pull.state) == (number, "Change it", "As asked.", "open")
    assert (pull.head_ref, pull.base_ref, pull.draft, pull.merged) == ("change", "main", False, False)
    assert pull.head_sha == head(standin, number)
    assert pull.author.login == "octocat"
    assert pull.base_repository.full_name == "octo/app"
    assert (pull.changed_files, pull.additions, pull.deletions) == (3, 5, 2)


def test_the_changed_files_come_with_the_diff_that_github_shows(github, standin, number):
    files = {file.path: file.patch for file in github.list_changed_files("octo/app", number)}
    assert (sorted(files), files["fresh.py"]) == (["fresh.py", "long.py", "src/new.py"], "@@ -0,0 +1 @@\n+y = 2")


def test_labels_and_draft_are_read(github, standin):
    number = standin.open_pull_request(
        "octo/app", base="main", head="change", title="T", draft=True, labels=["wip", "x"]
    )
    pull = github.pull_request("octo/app", number)
    assert (pull.draft, pull.labels) == (True, ("wip", "x"))


def test_a_review_is_posted_with_its_comments(github, standin, number):
    comments = [
        ReviewComment("long.py", 10, "Ten?"),
        ReviewComment("long.py", 51, "Both of these", start_line=50),
        ReviewComment("src/new.py", 21, "Moved"),
    ]
    review = github.post_review(
        "octo/app", number, head_sha=head(standin, number), body="Three things", comments=comments
    )
    posted = github.list_review_comments("octo/app", number, review.id)
    assert [(comment.path, comment.line, comment.body) for comment in posted] == [
        ("long.py", 10, "Ten?"),
        ("long.py", 51, "Both of these"),
        ("src/new.py", 21, "Moved"),
    ]
    assert github.list_reviews("octo/app", number) == [review]
    assert (review.body, review.commit_id, review.author.type) == ("Three things", head(standin, number), "Bot")


def test_one_comment_off_the_diff_refuses_the_whole_review(github, standin, number):
    comments = [ReviewComment("long.py", 10, "Right"), ReviewComment("long.py", 30, "Off")]
    with pytest.raises(ValidationFailed) as refused:
        github.post_review("octo/app", number, head_sha=head(standin, number), body="B", comments=comments)
    assert refused.value.errors == (f"{OFF_THE_DIFF} and {NO_HUNK}",)
    assert refused.value.permanent
    assert github.list_reviews("octo/app", number) == []


def test_every_page_of_reviews_is_read(github, standin, number):
    pull = standin.records.pulls["octo/app", number]
    standin.records.reviews += [
        StoredReview(given, pull, "COMMENTED", f"Review {given}", pull.head_sha, "ada", now()) for given in range(250)
    ]
    assert [review.id for review in github.list_reviews("octo/app", number)] == list(range(250))


def test_a_full_last_page_ends_the_list(github, standin, number):
    pull = standin.records.pulls["octo/app", number]
    standin.records.reviews += [
        StoredReview(given, pull, "COMMENTED", "B", pull.head_sha, "ada", now()) for given in range(100)
    ]
    assert len(github.list_reviews("octo/app", number)) == 100


def test_a_check_run_goes_from_queued_to_completed(github, standin, number):
    sha = head(standin, number)
    run = github.create_check_run("octo/app", name="Kodus", head_sha=sha, external_id="job-1")
    assert (run.status, run.conclusion, run.external_id) == ("queued", None, "job-1")
    github.update_check_run("octo/app", run.id, status="in_progress", output=CheckOutput("Fetching", "…"))
    done = github.update_check_run("octo/app", run.id, status="completed", conclusion="neutral")
    assert (done.id, done.status, done.conclusion) == (run.id, "completed", "neutral")
    assert standin.check_runs("octo/app", sha)[0].output["title"] == "Fetching"


def test_check_runs_are_found_by_commit_and_name(github, standin, number):
    sha = head(standin, number)
    ours = github.create_check_run("octo/app", name="Kodus", head_sha=sha)
    github.create_check_run("octo/app", name="Tests", head_sha=sha)
    assert github.list_check_runs("octo/app", sha, "Kodus") == [ours]
    assert github.list_check_runs("octo/app", "main", "Kodus") == []


def test_a_comment_on_the_conversation_is_posted_and_found_again(github, standin, number):
    began = datetime.now(UTC)
    posted = github.post_issue_comment("octo/app", number, "Nothing stands in the way.")
    assert github.list_issue_comments("octo/app", number, since=began) == [posted]
    assert github.list_issue_comments("octo/app", number, since=began + timedelta(minutes=1)) == []


def test_a_reaction_may_be_given_again(github, standin, number):
    comment = github.post_issue_comment("octo/app", number, "/review")
    for _ in range(2):
        github.react("octo/app", comment.id, "eyes")
    assert standin.reactions(comment.id) == ["eyes"]


def test_a_comment_that_is_gone_cannot_be_reacted_to(github, number):
    with pytest.raises(NotFound):
        github.react("octo/app", 99, "eyes")


def test_a_write_whose_answer_is_lost_is_unknown_and_not_sent_again(github, standin, number):
    standin.fail_next("POST", "/reviews$", applied=True)
    with pytest.raises(OutcomeUnknown) as unknown:
        github.post_review("octo/app", number, head_sha=head(standin, number), body="Once")
    assert not unknown.value.permanent
    assert len(posts(standin)) == 1
    assert [review.body for review in github.list_reviews("octo/app", number)] == ["Once"]


@pytest.mark.parametrize("applied", [True, False])
def test_a_write_answered_by_a_failing_server_is_unknown_and_not_sent_again(github, standin, number, applied):
    standin.fail_next("POST", "/reviews$", status=502, applied=applied)
    with pytest.raises(OutcomeUnknown):
        github.post_review("octo/app", number, head_sha=head(standin, number), body="Once")
    assert [write.applied for write in posts(standin)] == [applied]


def test_a_write_to_a_server_that_is_not_there_changed_nothing():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with GitHub(address, "t") as github, pytest.raises(GitHubUnavailable):
        github.post_review("octo/app", 1, head_sha="a" * 40, body="B")


def test_a_read_is_tried_again_when_github_fails(github, standin, number, waits):
    standin.fail_next("GET", f"/pulls/{number}$", status=502)
    standin.fail_next("GET", f"/pulls/{number}$")
    assert github.pull_request("octo/app", number).number == number
    assert len(waits) == 2


def test_a_read_is_tried_three_times_at_most(github, standin, number, waits):
    for _ in range(4):
        standin.fail_next("GET", f"/pulls/{number}$", status=503)
    with pytest.raises(GitHubUnavailable) as failed:
        github.pull_request("octo/app", number)
    assert (failed.value.permanent, failed.value.retry_after) == (False, None)
    assert len(waits) == 2


def test_what_is_not_there_is_asked_for_once(github, number, waits):
    with pytest.raises(NotFound) as missing:
        github.pull_request("octo/app", number + 1)
    assert missing.value.permanent
    assert waits == []


def test_a_short_wait_is_sat_out(github, standin, number, waits):
    standin.fail_next("GET", f"/pulls/{number}$", status=429, headers={"Retry-After": "1"})
    assert github.pull_request("octo/app", number).number == number
    assert waits == [1.0]


def test_a_long_wait_is_left_to_the_caller(github, standin, number, waits):
    standin.fail_next("GET", f"/pulls/{number}$", status=429, headers={"Retry-After": "120"})
    with pytest.raises(RateLimited) as limited:
        github.pull_request("octo/app", number)
    assert (limited.value.retry_after, limited.value.permanent) == (120.0, False)
    assert waits == []


def test_a_rate_limited_write_was_not_applied_and_says_when_to_come_back(github, standin, number):
    standin.fail_next("POST", "/reviews$", status=403, headers={"Retry-After": "1"})
    with pytest.raises(RateLimited) as limited:
        github.post_review("octo/app", number, head_sha=head(standin, number), body="B")
    assert limited.value.retry_after == 1.0
    assert len(posts(standin)) == 1


def test_a_wrong_token_is_named_and_not_shown(standin, number):
    with GitHub(standin.base_url, "wrong-token") as github, pytest.raises(CredentialsRefused) as refused:
        github.pull_request("octo/app", number)
    assert refused.value.permanent
    assert "wrong-token" not in f"{refused.value!r}{github!r}{vars(github)!r}"


def test_the_token_is_in_no_log(github, standin, number, caplog):
    standin.fail_next("GET", f"/pulls/{number}$", status=502)
    with caplog.at_level("DEBUG"), capture_logs() as logs:
        github.pull_request("octo/app", number)
    assert [entry["event"] for entry in logs] == ["github.read_retried"]
    assert standin.token not in f"{logs}{caplog.text}"


@pytest.mark.parametrize("name", ["octo", "octo/app/x", "../app", "octo/..", "octo/app?x", "octo/a b", ""])
def test_only_a_full_name_becomes_a_path(github, name):
    with pytest.raises(ValueError, match="full name"):
        github.pull_request(name, 1)
