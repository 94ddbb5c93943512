"""Threads on lines and the summary's edits: the client's calls, against the stand-in."""

import json

import httpx
import pytest

from integrations.github.errors import (
    CredentialsRefused,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    RequestRefused,
)
from integrations.github.graphql import graphql_url
from integrations.github.types import ReviewComment
from tests.integrations.github.graphql_contract import DocumentBroken, check_data, check_document
from tests.integrations.github.played import github_played_by

ON_LINES = [ReviewComment("long.py", 10, "Ten?"), ReviewComment("src/new.py", 21, "Moved")]


@pytest.fixture
def comments(github, standin, number):
    """Two comments of one review."""
    sha = standin.records.pulls["octo/app", number].head_sha
    review = github.post_review("octo/app", number, head_sha=sha, body="Two things", comments=ON_LINES)
    return github.list_review_comments("octo/app", number, review.id)


def answered(payload, *, status=200, **headers):
    body = httpx.ByteStream(json.dumps(payload).encode())
    return httpx.Response(status, headers=headers, stream=body)


def resolved(threads):
    return {thread.comment_id: thread.is_resolved for thread in threads}


def test_a_reply_stands_in_the_thread_of_its_comment(github, number, comments):
    first, second = comments
    reply = github.reply("octo/app", number, first.id, "Fixed.")
    assert github.list_pull_comments("octo/app", number) == [first, second, reply]
    assert (reply.in_reply_to, first.in_reply_to, reply.body) == (first.id, None, "Fixed.")


def test_a_reply_is_a_review_of_its_own(github, number, comments):
    reply = github.reply("octo/app", number, comments[0].id, "Fixed.")
    assert reply.review_id not in {None, comments[0].review_id}
    assert [review.body for review in github.list_reviews("octo/app", number)] == ["Two things", ""]


def test_nobody_can_reply_to_a_comment_that_is_gone(github, number):
    with pytest.raises(NotFound):
        github.reply("octo/app", number, 99, "Fixed.")


def test_thumbs_are_counted_with_the_comment(github, standin, number, comments):
    for author, content in (("ada", "+1"), ("bob", "-1"), ("cy", "-1"), ("dee", "heart")):
        standin.react_to(comments[0].id, content, author=author)
    first, second = github.list_pull_comments("octo/app", number)
    assert [(comment.thumbs_up, comment.thumbs_down) for comment in (first, second)] == [(1, 2), (0, 0)]


def test_a_thread_is_resolved_once_and_for_all(github, number, comments):
    first, second = comments
    threads = github.list_review_threads("octo/app", number)
    assert resolved(threads) == {first.id: False, second.id: False}
    for _ in range(2):
        github.resolve_thread("octo/app", threads[0].id)
    assert resolved(github.list_review_threads("octo/app", number)) == {first.id: True, second.id: False}


def test_every_page_of_threads_is_read(github, standin, number):
    sha = standin.records.pulls["octo/app", number].head_sha
    for _ in range(2):
        github.post_review("octo/app", number, head_sha=sha, body="B", comments=[ON_LINES[0]] * 60)
    assert len(github.list_review_threads("octo/app", number)) == 120


def test_a_thread_that_is_not_there_cannot_be_resolved(github):
    with pytest.raises(NotFound):
        github.resolve_thread("octo/app", "PRRT_none")


def test_an_app_replies_and_may_not_resolve(github, github_of_app, number, comments):
    github_of_app.reply("octo/app", number, comments[0].id, "Fixed.")
    thread = github_of_app.list_review_threads("octo/app", number)[0]
    with pytest.raises(Forbidden) as refused:
        github_of_app.resolve_thread("octo/app", thread.id)
    assert refused.value.permanent
    assert not resolved(github.list_review_threads("octo/app", number))[comments[0].id]


def test_a_comment_on_the_conversation_is_read_and_edited(github, standin, number):
    posted = github.post_issue_comment("octo/app", number, "One")
    edited = github.edit_issue_comment("octo/app", posted.id, "Two")
    assert github.issue_comment("octo/app", posted.id) == edited
    assert [comment.body for comment in standin.issue_comments("octo/app", number)] == ["Two"]


@pytest.mark.parametrize("call", ["issue_comment", "edit_issue_comment"])
def test_a_comment_that_was_deleted_is_not_found(github, number, call):
    with pytest.raises(NotFound):
        getattr(github, call)("octo/app", 99, *(["Two"] if call.startswith("edit") else []))


@pytest.mark.parametrize(
    ("kind", "error"),
    [("FORBIDDEN", Forbidden), ("NOT_FOUND", NotFound), ("UNPROCESSABLE", RequestRefused), ("", OutcomeUnknown)],
)
def test_what_graphql_refuses_is_an_error_although_it_answers_200(kind, error):
    told = {"data": {"resolveReviewThread": None}, "errors": [{"type": kind, "message": "No."}]}
    github, _ = github_played_by(answered(told))
    with pytest.raises(error) as refused:
        github.resolve_thread("octo/app", "PRRT_1")
    assert type(refused.value) is error


def test_the_limit_of_graphql_is_a_limit():
    told = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    github, _ = github_played_by(answered(told, **{"Retry-After": "90"}))
    with pytest.raises(RateLimited) as limited:
        github.list_review_threads("octo/app", 1)
    assert limited.value.retry_after == 90


def test_a_token_that_is_refused_is_refused_for_graphql_too():
    github, _ = github_played_by(answered({"message": "Bad credentials"}, status=401))
    with pytest.raises(CredentialsRefused):
        github.list_review_threads("octo/app", 1)


def test_graphql_is_beside_rest_here_and_on_a_server_of_ones_own():
    assert graphql_url("https://api.github.com") == "https://api.github.com/graphql"
    assert graphql_url("https://github.example.com/api/v3") == "https://github.example.com/api/graphql"


def test_a_document_github_does_not_know_breaks_the_contract():
    with pytest.raises(DocumentBroken, match="shrug"):
        check_document(b'{"query": "{ shrug }", "variables": {}}')


def test_an_answer_without_what_was_asked_for_breaks_the_contract():
    document = b'{"query": "{ repository(owner: \\"o\\", name: \\"n\\") { pullRequest(number: 1) { __typename } } }"'
    with pytest.raises(DocumentBroken):
        check_data(document + b', "variables": {}}', b'{"data": {"repository": {}}}')
