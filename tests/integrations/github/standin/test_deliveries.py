"""The webhooks of the stand-in: signed, remembered, repeated, and in the shape of GitHub's own."""

import hashlib
import hmac
import json
from uuid import UUID

import pytest

from integrations.github.standin import StandIn
from integrations.github.standin.deliveries import signed_headers
from integrations.github.standin.installations import installation_id
from tests.integrations.github.repository import commit, git
from tests.services import wait_until
from tests.shared_data import SHARED_DATA, needs_shared_data


def payloads(receiver):
    return [json.loads(body) for _, body in receiver.requests]


def new_head(repository):
    git(repository, "checkout", "-q", "change")
    return commit(repository, "More", fresh_py="y = 3\n")


def test_githubs_own_example_has_this_signature():
    headers = signed_headers("ping", b"Hello, World!", secret=b"It's a Secret to Everybody", delivery_id="1")
    assert headers["X-Hub-Signature-256"] == (
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    )


def test_what_arrives_is_signed_and_named(receiver, standin, number):
    [(headers, body)] = receiver.requests
    digest = hmac.new(b"hush", body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert (headers["X-GitHub-Event"], headers["Content-Type"]) == ("pull_request", "application/json")
    assert UUID(headers["X-GitHub-Delivery"])


def test_an_opened_pull_request_is_told(receiver, standin, number):
    [payload] = payloads(receiver)
    assert (payload["action"], payload["number"]) == ("opened", number)
    assert payload["pull_request"]["head"]["sha"] == standin.records.pulls["octo/app", number].head_sha
    assert payload["repository"]["full_name"] == "octo/app"
    assert payload["installation"]["id"] == installation_id("octo")


def test_a_push_tells_the_head_before_and_after(receiver, repository, standin, number):
    before = standin.records.pulls["octo/app", number].head_sha
    after = new_head(repository)
    standin.push("octo/app", number, after)
    payload = payloads(receiver)[-1]
    assert (payload["action"], payload["before"], payload["after"]) == ("synchronize", before, after)
    assert payload["pull_request"]["head"]["sha"] == after


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("close", ("closed", "closed", False)),
        ("reopen", ("reopened", "open", False)),
        ("convert_to_draft", ("converted_to_draft", "open", True)),
        ("ready_for_review", ("ready_for_review", "open", False)),
    ],
)
def test_a_change_of_state_is_told(receiver, standin, number, verb, told):
    getattr(standin, verb)("octo/app", number)
    payload = payloads(receiver)[-1]
    shown = payload["pull_request"]
    assert (payload["action"], shown["state"], shown["draft"]) == told


def test_a_merge_is_told_as_closed_and_merged(receiver, standin, number):
    standin.close("octo/app", number, merged=True)
    assert payloads(receiver)[-1]["pull_request"]["merged"] is True


def test_a_comment_is_told_with_its_pull_request(receiver, standin, number):
    standin.comment("octo/app", number, "/review", author="ada")
    payload = payloads(receiver)[-1]
    assert (payload["action"], payload["comment"]["body"], payload["sender"]["login"]) == ("created", "/review", "ada")
    assert payload["issue"]["number"] == number
    assert "pull_request" in payload["issue"]


def test_a_moved_branch_is_told_as_a_push(receiver, repository, standin):
    before, after = git(repository, "rev-parse", "main"), git(repository, "rev-parse", "change")
    standin.push_branch("octo/app", "main", after)
    payload = payloads(receiver)[-1]
    assert (payload["ref"], payload["before"], payload["after"]) == ("refs/heads/main", before, after)
    assert payload["forced"] is True
    assert payload["head_commit"]["id"] == after


def test_a_new_branch_has_no_before(receiver, standin):
    standin.push_branch("octo/app", "release", "main")
    payload = payloads(receiver)[-1]
    assert (payload["created"], payload["before"]) == (True, "0" * 40)


def test_the_answer_is_remembered(receiver, standin, number):
    [delivery] = standin.deliveries
    assert (delivery.event, delivery.action, delivery.status) == ("pull_request", "opened", 202)
    assert delivery.answer_json == {"job": "1"}


def test_a_redelivery_is_the_same_delivery_again(receiver, standin, number):
    receiver.status = 503
    again = standin.redeliver(standin.deliveries[0].id)
    assert receiver.requests[0][1] == receiver.requests[1][1]
    assert receiver.requests[0][0] == receiver.requests[1][0]
    assert (again.redelivery, again.status, len(standin.deliveries)) == (True, 503, 2)


def test_a_receiver_that_is_not_there_is_remembered_as_no_answer(repository, receiver):
    receiver._server.server_close()
    with StandIn({"octo/app": repository}, webhook_url=receiver.url) as standin:
        assert standin.ping("octo/app").status is None


def test_without_an_address_a_delivery_is_only_remembered(repository):
    with StandIn({"octo/app": repository}) as standin:
        standin.open_pull_request("octo/app", base="main", head="change", title="T")
        assert [delivery.status for delivery in standin.deliveries] == [None]


def test_a_verb_that_does_not_wait_returns_before_the_answer(receiver, hasty):
    receiver.answering.clear()
    delivery = hasty.ping("octo/app")
    assert (delivery.status, hasty.deliveries) == (None, [])
    receiver.answering.set()
    wait_until(lambda: len(hasty.deliveries) == 1, seconds=10, what="the answer")
    assert (hasty.deliveries[0].id, hasty.deliveries[0].status) == (delivery.id, 202)


def test_webhooks_do_not_wait_for_one_another(receiver, hasty):
    receiver.answering.clear()
    for _ in range(20):
        hasty.ping("octo/app")
    wait_until(lambda: len(receiver.requests) == 20, seconds=10, what="the arrival of all while none is answered")
    assert hasty.deliveries == []
    receiver.answering.set()


def missing_from(ours, theirs, path=""):
    """Where an example of GitHub's has a key that ours lacks or has in another type; null goes with anything."""
    if ours is None or theirs is None:
        return []
    if type(ours) is not type(theirs):
        return [f"{path}: {type(ours).__name__}, not {type(theirs).__name__}"]
    if isinstance(theirs, dict):
        absent = [f"{path}.{key}" for key in theirs.keys() - ours.keys()]
        shared = theirs.keys() & ours.keys()
        return absent + [told for key in shared for told in missing_from(ours[key], theirs[key], f"{path}.{key}")]
    if isinstance(theirs, list) and ours and theirs:
        return missing_from(ours[0], theirs[0], f"{path}[0]")
    return []


@needs_shared_data
@pytest.mark.parametrize(
    ("example", "verb"),
    [
        ("pull_request/opened.13", None),
        ("pull_request/reopened.19", "reopen"),
        ("pull_request/closed.04", "close"),
        ("pull_request/ready_for_review.17", "ready_for_review"),
        ("pull_request/converted_to_draft.07", "convert_to_draft"),
    ],
)
def test_an_event_has_all_that_githubs_example_has(standin, number, example, verb):
    if verb:
        getattr(standin, verb)("octo/app", number)
    assert missing(standin, example) == []


@needs_shared_data
def test_a_synchronize_has_all_that_githubs_example_has(repository, standin, number):
    standin.push("octo/app", number, new_head(repository))
    assert missing(standin, "pull_request/synchronize.22") == []


@needs_shared_data
def test_a_comment_has_all_that_githubs_example_has(standin, number):
    standin.comment("octo/app", number, "/review")
    assert missing(standin, "issue_comment/created.00") == []


@needs_shared_data
def test_a_push_and_a_ping_have_all_that_githubs_examples_have(standin):
    standin.push_branch("octo/app", "main", "change")
    assert missing(standin, "push/none.01") == []
    standin.ping("octo/app")
    assert missing(standin, "ping/none.00") == []


@needs_shared_data
def test_a_lacking_field_would_be_noticed(standin, number):
    example = json.loads((SHARED_DATA / "webhooks/octokit-examples/pull_request/opened.13.json").read_bytes())
    ours = json.loads(standin.deliveries[-1].body)
    del ours["pull_request"]["head"]["sha"]
    ours["repository"]["id"] = "1"
    assert {".pull_request.head.sha", ".repository.id: str, not int"} <= set(missing_from(ours, example))


def missing(standin, example):
    theirs = json.loads((SHARED_DATA / f"webhooks/octokit-examples/{example}.json").read_bytes())
    found = missing_from(json.loads(standin.deliveries[-1].body), theirs)
    return sorted(told for told in found if not told.endswith("custom_properties"))
