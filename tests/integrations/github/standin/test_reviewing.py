"""What GitHub takes as a review, and what it refuses and how."""

import httpx
import pytest

from integrations.github.errors import NotFound, ValidationFailed
from integrations.github.standin import reviewing
from integrations.github.types import ReviewComment
from tests.integrations.github.repository import commit, git

OFF = f"{reviewing.OFF_THE_DIFF} and {reviewing.NO_HUNK}"
OFF_AND_OTHER_HUNK = f"{reviewing.OFF_THE_DIFF}, {reviewing.OTHER_HUNK}, and {reviewing.NO_HUNK}"


@pytest.fixture
def post(github, standin, number):
    def post(*comments, head_sha=None, body="B"):
        sha = head_sha or standin.records.pulls["octo/app", number].head_sha
        return github.post_review("octo/app", number, head_sha=sha, body=body, comments=comments)

    return post


@pytest.mark.parametrize(
    "place",
    [
        ("long.py", 7, "RIGHT"),  # first line of context
        ("long.py", 10, "RIGHT"),  # changed
        ("long.py", 54, "RIGHT"),  # last line of context
        ("long.py", 12, "LEFT"),  # deleted
        ("fresh.py", 1, "RIGHT"),  # a new file
        ("src/new.py", 21, "RIGHT"),  # a renamed file
    ],
)
def test_a_comment_may_stand_on_any_line_of_a_hunk(post, standin, number, place):
    path, line, side = place
    post(ReviewComment(path, line, "B", side=side))
    [comment] = standin.review_comments("octo/app", number)
    assert (comment.path, comment.line, comment.side) == place


@pytest.mark.parametrize(
    ("comment", "error"),
    [
        (ReviewComment("long.py", 6, "B"), OFF),
        (ReviewComment("long.py", 30, "B"), OFF),
        (ReviewComment("long.py", 55, "B"), OFF),
        (ReviewComment("long.py", 0, "B"), OFF),
        (ReviewComment("long.py", 30, "B", start_line=8), OFF_AND_OTHER_HUNK),
        (ReviewComment("long.py", 50, "B", start_line=8), reviewing.OTHER_HUNK),
        (ReviewComment("long.py", 50, "B", start_line=50), reviewing.START_NOT_BEFORE_END),
        (ReviewComment("long.py", 50, "B", start_line=51), reviewing.START_NOT_BEFORE_END),
        (ReviewComment("other.py", 1, "B"), reviewing.NO_SUCH_PATH),  # changed on main only
        (ReviewComment("src/old.py", 1, "B"), reviewing.NO_SUCH_PATH),  # its name before
        (ReviewComment("missing.py", 1, "B"), reviewing.NO_SUCH_PATH),
    ],
)
def test_a_comment_off_the_diff_is_refused_in_githubs_words(post, standin, number, comment, error):
    with pytest.raises(ValidationFailed) as refused:
        post(ReviewComment("long.py", 10, "Right"), comment)
    assert refused.value.errors == (error,)
    assert standin.reviews("octo/app", number) == []
    assert standin.review_comments("octo/app", number) == []


def test_the_refusal_has_the_body_reports_show(standin, number):
    answer = httpx.post(
        f"{standin.base_url}/repos/octo/app/pulls/{number}/reviews",
        headers={"Authorization": f"Bearer {standin.token}"},
        json={"event": "COMMENT", "body": "B", "comments": [{"path": "long.py", "line": 30, "body": "Off"}]},
    )
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "message": "Unprocessable Entity",
            "errors": [OFF],
            "documentation_url": "https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request",
            "status": "422",
        },
    )


def test_a_review_of_an_earlier_head_is_placed_on_its_diff(post, repository, standin, number):
    before = standin.records.pulls["octo/app", number].head_sha
    git(repository, "checkout", "-q", "change")
    standin.push("octo/app", number, commit(repository, "Drop it", fresh_py=""))
    assert post(ReviewComment("fresh.py", 1, "B"), head_sha=before).commit_id == before
    with pytest.raises(ValidationFailed):
        post(ReviewComment("fresh.py", 1, "B"))


@pytest.mark.parametrize("sha", ["0" * 40, "main"])
def test_a_commit_of_another_branch_is_refused(post, sha):
    with pytest.raises(ValidationFailed) as refused:
        post(head_sha=sha)
    assert refused.value.errors == ("Commit is not part of the pull request",)


def test_a_body_has_a_longest_length(post):
    assert post(body="x" * 65_536).body == "x" * 65_536
    with pytest.raises(ValidationFailed):
        post(body="x" * 65_537)


def test_a_review_of_nothing_is_refused(post):
    with pytest.raises(ValidationFailed):
        post(body="")


def test_a_review_of_no_pull_request_is_not_found(github):
    with pytest.raises(NotFound):
        github.post_review("octo/app", 99, head_sha="a" * 40, body="B")


def test_a_comment_shows_its_hunk_down_to_the_line(post, standin, number):
    post(ReviewComment("long.py", 10, "B"))
    [comment] = standin.review_comments("octo/app", number)
    assert comment.diff_hunk.startswith("@@ -7,9 +7,8 @@")
    assert comment.diff_hunk.endswith("-line 10\n+line ten")
    assert comment.position == 5
