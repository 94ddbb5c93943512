"""Driving and watching the stand-in: from this process, and from another one."""

import json
import os
import signal
import subprocess
import sys

import httpx
import pytest

from integrations.github.client import GitHub
from integrations.github.types import ReviewComment


def test_the_log_of_writes_tells_what_was_asked_and_what_became_of_it(github, standin, number):
    sha = standin.records.pulls["octo/app", number].head_sha
    standin.fail_next("POST", "/check-runs$", status=500, applied=True)
    with pytest.raises(Exception, match="500"):
        github.create_check_run("octo/app", name="Kodus", head_sha=sha)
    github.post_review("octo/app", number, head_sha=sha, body="B")
    told = [(write.method, write.path, write.status, write.applied) for write in standin.writes]
    assert told == [
        ("POST", "/repos/octo/app/check-runs", 500, True),
        ("POST", f"/repos/octo/app/pulls/{number}/reviews", 200, True),
    ]
    assert standin.writes[0].at < standin.writes[1].at
    assert standin.writes[1].body["body"] == "B"


def test_an_ordered_failure_is_used_once_and_only_where_it_fits(github, standin, number):
    standin.fail_next("GET", "/check-runs", status=404)
    standin.fail_next("POST", f"/pulls/{number}$", status=404)
    assert github.pull_request("octo/app", number).number == number


def test_a_number_is_given_once(standin, number):
    with pytest.raises(ValueError, match="already"):
        standin.open_pull_request("octo/app", base="main", head="change", title="T", number=number)
    assert standin.open_pull_request("octo/app", base="main", head="change", title="T") == number + 1


def test_a_pull_request_may_be_between_bare_commits(github, standin, repository):
    base, head = (standin.records.repositories["octo/app"].resolve(name) for name in ("main", "change"))
    number = standin.open_pull_request("octo/app", base=base, head=head, title="T")
    pull = github.pull_request("octo/app", number)
    assert (pull.base_sha, pull.head_sha, pull.base_ref, pull.head_ref) == (base, head, "main", f"change-{number}")


def test_the_state_is_readable_as_json(github, standin, number):
    sha = standin.records.pulls["octo/app", number].head_sha
    github.post_review("octo/app", number, head_sha=sha, body="B", comments=[ReviewComment("long.py", 10, "Ten?")])
    state = httpx.get(f"{standin.git_url}/standin/state").json()
    assert [pull["name"] for pull in state["pull_requests"]] == [f"octo/app#{number}"]
    assert [comment["body"] for comment in state["review_comments"]] == ["Ten?"]
    assert [delivery["status"] for delivery in state["deliveries"]] == [202]
    assert [write["applied"] for write in state["writes"]] == [True]


def do(standin, verb, token=None, **arguments):
    return httpx.post(
        f"{standin.git_url}/standin/do",
        json={"verb": verb, "arguments": arguments},
        headers={"Authorization": f"Bearer {token or standin.token}"},
    )


def test_the_verbs_can_be_used_over_http(standin):
    opened = do(standin, "open_pull_request", repository="octo/app", base="main", head="change", title="T")
    assert opened.json() == {"result": 1}
    closed = do(standin, "close", repository="octo/app", number=1)
    assert closed.json()["result"]["action"] == "closed"


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [("__init__", {}), ("state", {}), ("close", {}), ("close", {"repository": "x", "number": 1})],
)
def test_nothing_but_a_verb_with_its_arguments_is_done(standin, verb, arguments):
    assert do(standin, verb, **arguments).status_code == 422


def test_the_verbs_want_the_token(standin):
    assert do(standin, "ping", token="wrong", repository="octo/app").status_code == 401


def test_it_runs_as_a_process_of_its_own(repository, receiver):
    command = [sys.executable, "-m", "integrations.github.standin", "--repository", f"octo/app={repository}"]
    secrets = {"KODUS_GITHUB_TOKEN": "t", "KODUS_GITHUB_WEBHOOK_SECRET": "s,old"}
    receiver.answering.clear()
    with subprocess.Popen(
        [*command, "--webhook-url", receiver.url, "--no-wait"], stdout=subprocess.PIPE, env=os.environ | secrets
    ) as process:
        addresses = json.loads(process.stdout.readline())
        opened = httpx.post(
            f"{addresses['git_url']}/standin/do",
            headers={"Authorization": "Bearer t"},
            json={
                "verb": "open_pull_request",
                "arguments": {"repository": "octo/app", "base": "main", "head": "change", "title": "T"},
            },
        ).json()
        with GitHub(addresses["base_url"], "t") as github:
            assert github.pull_request("octo/app", opened["result"]).title == "T"
        receiver.answering.set()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.parametrize("missing", ["KODUS_GITHUB_TOKEN", "KODUS_GITHUB_WEBHOOK_SECRET"])
def test_a_process_without_its_secrets_says_which_is_missing(missing):
    secrets = {"KODUS_GITHUB_TOKEN": "t", "KODUS_GITHUB_WEBHOOK_SECRET": "s", missing: ""}
    command = [sys.executable, "-m", "integrations.github.standin"]
    done = subprocess.run(command, env=os.environ | secrets, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert missing in done.stderr
