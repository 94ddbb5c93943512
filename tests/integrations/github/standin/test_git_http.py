"""Code is fetched from the stand-in as from GitHub, by git itself."""

import base64
import os
import subprocess

import pytest

from tests.integrations.github.repository import commit, git


@pytest.fixture
def mirror(tmp_path):
    path = tmp_path / "mirror.git"
    path.mkdir()
    git(path, "init", "-q", "--bare")
    return path


def fetch(mirror, url, *refs, token=None, version=2):
    pair = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    header = ["-c", f"http.extraheader=Authorization: Basic {pair}"] if token else []
    environment = {"PATH": os.environ["PATH"], "GIT_TERMINAL_PROMPT": "0"}
    command = [
        "git",
        "-c",
        f"protocol.version={version}",
        *header,
        "-C",
        str(mirror),
        "fetch",
        "-q",
        "--no-tags",
        url,
        *refs,
    ]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", [0, 2])
def test_any_commit_can_be_fetched_by_its_id(standin, repository, mirror, version):
    git(repository, "checkout", "-q", "--detach")
    loose = commit(repository, "On no branch", fresh_py="z = 1\n")
    git(repository, "checkout", "-q", "main")
    assert fetch(mirror, f"{standin.git_url}/octo/app.git", loose, version=version).returncode == 0
    assert git(mirror, "cat-file", "-t", loose) == "commit"


def test_a_pull_request_has_a_ref(standin, mirror, number):
    head = standin.records.pulls["octo/app", number].head_sha
    assert fetch(mirror, f"{standin.git_url}/octo/app", f"refs/pull/{number}/head").returncode == 0
    assert git(mirror, "rev-parse", "FETCH_HEAD") == head


@pytest.mark.parametrize(("token", "fetched"), [("standin-token", True), ("wrong", False), (None, False)])
def test_a_private_repository_wants_the_token(standin, repository, mirror, token, fetched):
    standin.add_repository("octo/secret", repository, private=True)
    done = fetch(mirror, f"{standin.git_url}/octo/secret.git", "main", token=token)
    assert (done.returncode == 0) is fetched


def test_a_commit_that_is_not_there_is_refused(standin, mirror):
    assert fetch(mirror, f"{standin.git_url}/octo/app.git", "0123456789" * 4).returncode != 0


def test_nothing_can_be_pushed(standin, repository):
    environment = {"PATH": os.environ["PATH"], "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "-C", str(repository), "push", "-q", f"{standin.git_url}/octo/app.git", "main:taken"]
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode != 0
    assert git(repository, "branch", "--list", "taken") == ""


def test_hosting_leaves_the_repository_s_configuration_alone(standin, repository, mirror):
    before = (repository / ".git/config").read_text()
    fetch(mirror, f"{standin.git_url}/octo/app.git", "main")
    assert (repository / ".git/config").read_text() == before
