"""Recorded pull requests of real projects, opened on the stand-in."""

import pytest

from integrations.github.client import GitHub
from integrations.github.standin import StandIn
from integrations.github.standin.replay import clone_bundle, open_recorded, recorded_pulls
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = needs_shared_data


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    path = clone_bundle(SHARED_DATA / "repos/gidgethub.bundle", tmp_path_factory.mktemp("bundle") / "gidgethub.git")
    with StandIn({"gidgethub/gidgethub": path}) as standin:
        yield standin


@pytest.fixture(scope="module")
def pulls():
    return recorded_pulls(SHARED_DATA / "repos/gidgethub.pulls.json")


def test_a_recorded_pull_request_keeps_its_number_and_commits(standin, pulls):
    recorded = pulls[0]
    open_recorded(standin, "gidgethub/gidgethub", recorded)
    with GitHub(standin.base_url, standin.token) as github:
        pull = github.pull_request("gidgethub/gidgethub", recorded.number)
    assert (pull.head_sha, pull.base_sha, pull.title) == (recorded.head, recorded.base, recorded.title)


def test_every_recorded_pull_request_has_the_merge_base_it_was_recorded_with(standin, pulls):
    hosted = standin.records.repositories["gidgethub/gidgethub"]
    assert [hosted.merge_base(pull.base, pull.head) for pull in pulls] == [pull.merge_base for pull in pulls]
