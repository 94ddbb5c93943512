"""The stand-in's log: all that happened, also when the process is killed."""

import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

from integrations.github.client import GitHub
from integrations.github.errors import OutcomeUnknown
from integrations.github.standin import StandIn
from tests.integrations.github.repository import commit, git

MOMENTS = {"fact", "at", "monotonic"}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "standin.jsonl"


@pytest.fixture
def standin(repository, receiver, file):
    with StandIn({"octo/app": repository}, webhook_url=receiver.url, log=file) as standin:
        yield standin


@pytest.fixture
def facts(file):
    """The lines of one kind of fact, without their moments."""

    def facts(kind):
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        return [{key: line[key] for key in line.keys() - MOMENTS} for line in lines if line["fact"] == kind]

    return facts


def test_every_change_of_a_pull_request_is_told_with_its_head(facts, repository, standin, number):
    git(repository, "checkout", "-q", "change")
    after = commit(repository, "More", fresh_py="y = 3\n")
    before = standin.records.pulls["octo/app", number].head_sha
    standin.push("octo/app", number, after)
    standin.convert_to_draft("octo/app", number)
    standin.close("octo/app", number, merged=True)
    told = [(fact["change"], fact["head"], fact["state"], fact["draft"]) for fact in facts("pull_request")]
    assert told == [
        ("opened", before, "open", False),
        ("synchronize", after, "open", False),
        ("converted_to_draft", after, "open", True),
        ("closed", after, "closed", True),
    ]
    assert {fact["pull_request"] for fact in facts("pull_request")} == {f"octo/app#{number}"}


def test_a_write_is_told_with_what_it_made(facts, github, standin, number):
    head = standin.records.pulls["octo/app", number].head_sha
    review = github.post_review("octo/app", number, head_sha=head, body="Well")
    [told] = facts("request")
    assert told.pop("body")["commit_id"] == head
    assert told == {
        "method": "POST",
        "path": f"/repos/octo/app/pulls/{number}/reviews",
        "status": 200,
        "applied": True,
        "made": review.id,
        "why": None,
    }


@pytest.mark.parametrize("applied", [True, False])
def test_a_write_without_an_answer_is_told_as_it_was(facts, github, standin, number, applied):
    standin.fail_next("POST", "/reviews$", applied=applied)
    with pytest.raises(OutcomeUnknown):
        github.post_review("octo/app", number, head_sha="change", body="Well")
    [told] = facts("request")
    assert (told["status"], told["applied"], told["why"]) == (None, applied, "ordered")
    assert (told["made"] is not None) is applied


def test_the_weather_is_told_and_what_it_did(facts, github, standin, number):
    standin.set_weather(unanswered=1.0, webhooks_lost=1.0)
    with pytest.raises(OutcomeUnknown):
        github.post_review("octo/app", number, head_sha="change", body="Well")
    standin.ping("octo/app")
    assert [(told["unanswered"], told["webhooks_lost"]) for told in facts("weather")] == [(1.0, 1.0)]
    assert [(told["why"], told["applied"]) for told in facts("request")] == [("unanswered", True)]
    assert [told["event"] for told in facts("webhook_lost")] == ["ping"]


def test_a_read_is_told_when_it_fails(facts, github, standin, number):
    standin.fail_next("GET", f"/pulls/{number}$", status=502)
    github.pull_request("octo/app", number)
    assert [(told["method"], told["status"], told["applied"]) for told in facts("request")] == [("GET", 502, False)]


def test_a_webhook_is_told_when_it_leaves_and_when_it_is_answered(facts, receiver, standin, number):
    receiver.status = 503
    standin.redeliver(standin.deliveries[0].id)
    sent, answered = facts("webhook_sent"), facts("webhook_answered")
    assert [(told["attempt"], told["redelivery"]) for told in sent] == [(1, False), (2, True)]
    assert {told["delivery"] for told in sent + answered} == {standin.deliveries[0].id}
    assert {told["sha256"] for told in sent} == {hashlib.sha256(receiver.requests[0][1]).hexdigest()}
    assert {(told["pull_request"], told["head"]) for told in sent} == {
        (f"octo/app#{number}", standin.records.pulls["octo/app", number].head_sha)
    }
    assert [(told["attempt"], told["status"], told["outcome"]) for told in answered] == [
        (1, 202, "OK"),
        (2, 503, "Invalid HTTP Response: 503"),
    ]


def test_moments_never_go_back(file, standin, number):
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines == sorted(lines, key=lambda line: line["monotonic"])
    assert lines[0]["fact"] == "started"


@contextmanager
def running(repository, file):
    """The stand-in as a process that writes its log to `file`; its addresses."""
    command = [sys.executable, "-m", "integrations.github.standin", "--repository", f"octo/app={repository}"]
    secrets = {"KODUS_GITHUB_TOKEN": "t", "KODUS_GITHUB_WEBHOOK_SECRET": "s"}
    with subprocess.Popen([*command, "--log", str(file)], stdout=subprocess.PIPE, env=os.environ | secrets) as process:
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


def open_and_review(addresses):
    verb = {"repository": "octo/app", "base": "main", "head": "change", "title": "T"}
    httpx.post(
        f"{addresses['git_url']}/standin/do",
        headers={"Authorization": "Bearer t"},
        json={"verb": "open_pull_request", "arguments": verb},
    ).raise_for_status()
    with GitHub(addresses["base_url"], "t") as github:
        github.post_review("octo/app", 1, head_sha="change", body="Well")


def test_a_killed_process_leaves_all_that_was_seen_outside(repository, file, facts):
    with running(repository, file) as addresses:
        open_and_review(addresses)
    assert [told["change"] for told in facts("pull_request")] == ["opened"]
    assert [(told["applied"], told["status"]) for told in facts("request")] == [(True, 200)]
    assert len(facts("webhook_lost")) == 1


def test_a_process_goes_on_in_the_log_of_a_killed_one(repository, file):
    file.write_bytes(b'{"fact": "request", "torn')
    with running(repository, file):
        pass
    torn, started = file.read_text().splitlines()
    assert torn.endswith("torn")
    assert json.loads(started)["fact"] == "started"
