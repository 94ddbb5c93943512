"""Repositories that move and forks that vanish. GitHub's description has neither, so nothing here is held to it."""

import httpx
import pytest

from integrations.github.client import GitHub


@pytest.fixture
def plain(standin):
    with GitHub(standin.base_url, standin.token) as github:
        yield github


def test_a_repository_that_has_moved_is_pointed_to_by_its_id(standin, number):
    hosted = standin.records.repositories["octo/app"]
    standin.move("octo/app", "octo/shop")
    headers = {"Authorization": f"Bearer {standin.token}"}
    url = f"{standin.base_url}/repos/octo/app/pulls/{number}"
    answers = [httpx.get(url, headers=headers), httpx.post(f"{url}/reviews", json={}, headers=headers)]
    assert [answer.status_code for answer in answers] == [301, 307]
    assert answers[0].headers["Location"] == f"{standin.base_url}/repositories/{hosted.id}/pulls/{number}"


def test_the_client_reads_and_writes_where_a_repository_is_that_moved_twice(plain, standin, number):
    standin.move("octo/app", "octo/shop")
    standin.move("octo/shop", "hexa/shop")
    assert plain.pull_request("octo/app", number).base_repository.full_name == "hexa/shop"
    sha = standin.records.pulls["hexa/shop", number].head_sha
    assert plain.post_review("octo/app", number, head_sha=sha, body="B").state == "COMMENTED"


def test_a_pull_request_says_that_its_fork_is_gone_and_that_it_is_locked(plain, standin, number):
    standin.records.pulls["octo/app", number].fork_is_gone = True
    standin.lock("octo/app", number)
    pull = plain.pull_request("octo/app", number)
    assert (pull.head_repository, pull.locked) == (None, True)
