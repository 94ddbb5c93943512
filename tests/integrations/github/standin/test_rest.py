"""Reading back over REST what was written, and refusing what GitHub refuses; every answer is held to the contract."""

import json

import httpx
import pytest

from tests.integrations.github.contract import (
    ContractBroken,
    ContractTransport,
    check_answer,
    check_request,
    needs_contract,
)

pytestmark = needs_contract


@pytest.fixture
def rest(standin):
    """A plain HTTP client whose every answer must be as GitHub describes it."""
    headers = {"Authorization": f"token {standin.token}"}
    with httpx.Client(
        base_url=f"{standin.base_url}/repos/octo/app", headers=headers, transport=ContractTransport("/api/v3")
    ) as client:
        yield client


@pytest.fixture
def review(rest, standin, number):
    comments = [{"path": "long.py", "line": 10, "side": "RIGHT", "body": "Ten?"}]
    return rest.post(f"/pulls/{number}/reviews", json={"event": "COMMENT", "body": "B", "comments": comments}).json()


@pytest.fixture
def check_run(rest, standin, number):
    sha = standin.records.pulls["octo/app", number].head_sha
    return rest.post("/check-runs", json={"name": "Kodus", "head_sha": sha}).json()


def test_the_repository_can_be_read(rest):
    assert rest.get(str(rest.base_url).rstrip("/")).json()["default_branch"] == "main"


def test_a_review_can_be_read_back_alone(rest, number, review):
    assert rest.get(f"/pulls/{number}/reviews/{review['id']}").json() == review


def test_comments_can_be_read_back_with_the_pull_request(rest, number, review):
    [comment] = rest.get(f"/pulls/{number}/comments").json()
    assert (comment["pull_request_review_id"], comment["line"], comment["body"]) == (review["id"], 10, "Ten?")


def test_the_pull_request_counts_its_comments(rest, standin, number, review):
    standin.comment("octo/app", number, "Hello")
    pull = rest.get(f"/pulls/{number}").json()
    assert (pull["comments"], pull["review_comments"]) == (1, 1)


def test_the_files_of_a_pull_request_are_listed_with_their_patches(rest, number):
    files = {file["filename"]: file for file in rest.get(f"/pulls/{number}/files").json()}
    assert {name: file["status"] for name, file in files.items()} == {
        "fresh.py": "added",
        "long.py": "modified",
        "src/new.py": "renamed",
    }
    assert files["fresh.py"]["patch"] == "@@ -0,0 +1 @@\n+y = 2"
    assert files["src/new.py"]["previous_filename"] == "src/old.py"


def test_a_comment_on_the_conversation_can_be_posted_and_read(rest, standin, number):
    assert rest.post(f"/issues/{number}/comments", json={"body": "Hello"}).status_code == 201
    assert [comment["body"] for comment in rest.get(f"/issues/{number}/comments").json()] == ["Hello"]


def test_comments_on_the_conversation_are_listed_since_an_instant(rest, standin, number):
    standin.comment("octo/app", number, "Hello")
    [stored] = standin.issue_comments("octo/app", number)
    for since, count in ((stored.created_at, 1), ("2999-01-01T00:00:00Z", 0)):
        assert len(rest.get(f"/issues/{number}/comments", params={"since": since}).json()) == count


def test_the_same_reaction_twice_is_one(rest, standin, number):
    standin.comment("octo/app", number, "Hello")
    [stored] = standin.issue_comments("octo/app", number)
    path = f"/issues/comments/{stored.id}/reactions"
    answers = [rest.post(path, json={"content": content}) for content in ("eyes", "eyes", "+1")]
    assert [answer.status_code for answer in answers] == [201, 200, 201]
    assert (
        [reaction["content"] for reaction in rest.get(path).json()] == standin.reactions(stored.id) == ["eyes", "+1"]
    )


def test_a_reaction_github_does_not_have_is_refused(standin, number):
    standin.comment("octo/app", number, "Hello")
    [stored] = standin.issue_comments("octo/app", number)
    url = f"{standin.base_url}/repos/octo/app/issues/comments/{stored.id}/reactions"
    answer = httpx.post(url, json={"content": "shrug"}, headers={"Authorization": f"Bearer {standin.token}"})
    assert (answer.status_code, standin.reactions(stored.id)) == (422, [])


def test_a_check_run_can_be_read_back(rest, check_run):
    assert rest.get(f"/check-runs/{check_run['id']}").json() == check_run


def test_a_conclusion_completes_a_check_run(rest, check_run):
    done = rest.patch(f"/check-runs/{check_run['id']}", json={"conclusion": "success"}).json()
    assert (done["status"], done["conclusion"]) == ("completed", "success")
    assert done["completed_at"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "completed"},
        {"output": {"title": "No summary"}},
        {"output": {"title": "T", "summary": "x" * 65_535 + "x"}},
        {"conclusion": "stale"},
    ],
)
def test_a_check_run_refuses_what_github_refuses(standin, check_run, change):
    url = f"{standin.base_url}/repos/octo/app/check-runs/{check_run['id']}"
    answer = httpx.patch(url, json=change, headers={"Authorization": f"Bearer {standin.token}"})
    assert answer.status_code == 422
    assert standin.records.check_runs[0].status == "queued"


def test_a_list_is_paged_with_links(rest, number):
    for text in "abcde":
        rest.post(f"/issues/{number}/comments", json={"body": text})
    page = rest.get(f"/issues/{number}/comments", params={"per_page": 2, "page": 2})
    assert [comment["body"] for comment in page.json()] == ["c", "d"]
    assert page.links.keys() == {"prev", "next", "last", "first"}
    last = rest.get(page.links["last"]["url"])
    assert [comment["body"] for comment in last.json()] == ["e"]
    assert "next" not in last.links


@pytest.mark.parametrize(
    "path",
    [
        *("/pulls/99", "/pulls/99/reviews/1", "/pulls/1/reviews/99", "/pulls/99/reviews/1/comments"),
        *("/issues/99/comments", "/issues/comments/99/reactions"),
    ],
)
def test_what_is_not_there_is_not_found(rest, number, path):
    assert rest.get(path).status_code == 404


def test_a_wrong_token_is_refused(rest, number):
    assert rest.get(f"/pulls/{number}", headers={"Authorization": "Bearer nope"}).status_code == 401


def test_a_body_that_is_no_json_is_refused(standin, number):
    url = f"{standin.base_url}/repos/octo/app/pulls/{number}/reviews"
    answer = httpx.post(url, content=b"{", headers={"Authorization": f"Bearer {standin.token}"})
    assert (answer.status_code, answer.json()["message"]) == (400, "Problems parsing JSON")


def test_an_answer_without_a_field_breaks_the_contract(rest, number, review):
    del review["commit_id"]
    with pytest.raises(ContractBroken, match="commit_id"):
        check_answer("POST", f"/repos/octo/app/pulls/{number}/reviews", 200, json.dumps(review).encode())


def test_a_status_github_does_not_give_breaks_the_contract():
    with pytest.raises(ContractBroken, match="does not answer 202"):
        check_answer("POST", "/repos/octo/app/pulls/1/reviews", 202, b"{}")


def test_a_request_of_the_wrong_shape_breaks_the_contract():
    with pytest.raises(ContractBroken, match="event"):
        check_request("POST", "/repos/octo/app/pulls/1/reviews", b'{"event": "SHRUG"}')


def test_a_call_github_does_not_have_breaks_the_contract():
    with pytest.raises(ContractBroken, match="describes no"):
        check_request("GET", "/repos/octo/app/thoughts", b"")
