import copy

import pytest

from integrations.github.errors import PayloadShapeUnexpected
from integrations.github.types import CheckRun, PullRequest, Review, ReviewComment

SHA = "a" * 40
PAYLOAD = {
    "number": 12,
    "state": "open",
    "head": {"sha": SHA, "ref": "change", "repo": {"id": 1, "full_name": "octo/app"}},
    "base": {"sha": SHA, "ref": "main", "repo": {"id": 1, "full_name": "octo/app", "default_branch": "main"}},
}


def without(path):
    payload = copy.deepcopy(PAYLOAD)
    *parents, last = path.split(".")
    place = payload
    for parent in parents:
        place = place[parent]
    del place[last]
    return payload


def test_what_is_not_needed_may_be_missing():
    pull = PullRequest.from_payload(PAYLOAD)
    assert (pull.title, pull.body, pull.author, pull.labels, pull.draft) == ("", "", None, (), False)


@pytest.mark.parametrize("path", ["number", "state", "head.sha", "head.ref", "base.sha", "base.ref", "base.repo"])
def test_what_is_needed_is_named_when_missing(path):
    with pytest.raises(PayloadShapeUnexpected, match=path):
        PullRequest.from_payload(without(path))


@pytest.mark.parametrize("sha", ["--upload-pack=x", "main", "A" * 40, "a" * 39, SHA + "\n", 7, None])
def test_only_a_full_commit_id_is_one(sha):
    with pytest.raises(PayloadShapeUnexpected, match=r"head\.sha"):
        PullRequest.from_payload({**PAYLOAD, "head": {**PAYLOAD["head"], "sha": sha}})


@pytest.mark.parametrize("number", [True, "12", 12.0, None])
def test_a_number_is_a_number(number):
    with pytest.raises(PayloadShapeUnexpected, match="number"):
        PullRequest.from_payload({**PAYLOAD, "number": number})


def test_the_fork_may_be_gone():
    payload = {**PAYLOAD, "head": {**PAYLOAD["head"], "repo": None}, "user": None, "body": None}
    pull = PullRequest.from_payload(payload)
    assert (pull.head_repository, pull.author, pull.body) == (None, None, "")


@pytest.mark.parametrize("payload", [None, [], "x", 3])
@pytest.mark.parametrize("kind", [PullRequest, Review, CheckRun])
def test_anything_but_an_object_is_unexpected(kind, payload):
    with pytest.raises(PayloadShapeUnexpected):
        kind.from_payload(payload)


def test_a_comment_on_several_lines_names_both_ends_and_sides():
    assert ReviewComment("a.py", 9, "B", start_line=7).as_payload() == {
        "path": "a.py",
        "line": 9,
        "side": "RIGHT",
        "body": "B",
        "start_line": 7,
        "start_side": "RIGHT",
    }


def test_a_comment_on_one_line_has_no_start():
    assert "start_line" not in ReviewComment("a.py", 9, "B").as_payload()
