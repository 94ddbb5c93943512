"""The numbered bad inputs about meaning (81-100): well-formed, signed, and still not to be trusted."""

from typing import Any

import pytest

from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from reviews.models import GivenCommand
from tests.webhooks.deliveries import BASE, Door, changed, comment, is_refused, pull_request, push
from webhooks.models import WebhookDelivery


def statuses() -> list[str]:
    return list(WorkflowJob.objects.order_by("created_at").values_list("status", flat=True))


def refuses(door: Door, payload: dict[str, Any], event: str = "pull_request") -> bool:
    return is_refused(door.send(event, payload), 400, "payload_invalid")


def test_input_84_a_renamed_repository_is_the_same_repository(door: Door):
    first = door.send("pull_request", pull_request())
    renamed = door.send("pull_request", changed(pull_request(), "repository.full_name", "octo/renamed"))
    assert renamed.json()["job"] == first.json()["job"]


@pytest.mark.parametrize("number", [0, -1, 2**31, "7", None, 7.5])
def test_input_85_pull_request_numbers_that_are_none(door: Door, number: Any):
    assert refuses(door, changed(pull_request(), "pull_request.number", number))


@pytest.mark.parametrize(
    "sha",
    ["g" * 40, "a" * 39, "a" * 41, "A" * 40, "", "--upload-pack=touch", "$(touch x)", "a" * 40 + "\n", "HEAD", None],
)
@pytest.mark.parametrize("path", ["pull_request.head.sha", "pull_request.base.sha"])
def test_input_86_a_commit_id_that_is_none(door: Door, path: str, sha: Any):
    assert refuses(door, changed(pull_request(), path, sha))


def test_input_86_a_commit_id_of_64_digits_is_one(door: Door):
    assert door.send("pull_request", pull_request(head="c" * 64)).json()["verdict"] == "ACCEPTED"


@pytest.mark.parametrize("branch", ["-x", "..", "@{", "a.lock", "b" * 255, "a\nb", "$(touch x)"])
def test_input_87_branch_names_are_not_used(door: Door, branch: str):
    door.send("pull_request", changed(pull_request(), "pull_request.head.ref", branch))
    assert branch not in str(WorkflowJob.objects.get().payload)


@pytest.mark.parametrize("ref", ["refs/heads/-x", "refs/heads/..", "main", "refs/tags/main", "refs/heads/main\n"])
def test_input_87_only_the_default_branch_itself_warms_the_graph(door: Door, ref: str):
    assert door.send("push", push(ref=ref)).json()["verdict"] == "IGNORED"


@pytest.mark.parametrize(
    "name",
    ["a/../b", "a/b?x=", "a/b#", "a", "/b", "a/", "../..", "./b", "a/b/c", "a b/c", "a/é", "a/b\n", "x" * 101 + "/b"],
)
def test_input_88_a_repository_name_that_is_none(door: Door, name: str):
    assert refuses(door, changed(pull_request(), "repository.full_name", name))


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "gopher://x", "http://localhost:5432/"],
)
def test_input_89_addresses_in_the_payload_are_never_kept_for_use(door: Door, address: str):
    payload = pull_request()
    payload["pull_request"] |= {"html_url": address, "diff_url": address}
    payload["repository"] = {**payload["repository"], "clone_url": address, "url": address}
    door.send("pull_request", payload)
    assert address not in str(WorkflowJob.objects.get().payload)


def test_input_90_a_deleted_fork(door: Door):
    assert door.send("pull_request", changed(pull_request(), "pull_request.head.repo", None)).json()["job"]


def test_input_91_synchronize_before_opened(door: Door):
    later = door.send("pull_request", pull_request("synchronize"))
    opened = door.send("pull_request", pull_request("opened"))
    assert later.json()["job"] == opened.json()["job"]


def test_input_92_closed_before_opened(door: Door):
    assert door.send("pull_request", pull_request("closed")).json()["verdict"] == "ACCEPTED"
    assert statuses() == []


def test_input_93_reopened_twice_is_one_job(door: Door):
    door.send("pull_request", pull_request("reopened"))
    door.send("pull_request", changed(pull_request("reopened"), "pull_request.title", "again"))
    assert statuses() == [JobStatus.PENDING]


def test_input_94_a_newer_head_takes_the_place_of_the_older(door: Door):
    door.send("pull_request", pull_request(head="c" * 40))
    door.send("pull_request", pull_request("synchronize", head="d" * 40))
    assert [job.payload["head_sha"] for job in WorkflowJob.objects.all()] == ["d" * 40]


def test_input_95_a_head_that_is_its_base(door: Door):
    assert door.send("pull_request", pull_request(head=BASE)).status_code == 202


def test_input_95_a_push_that_moved_nothing(door: Door):
    assert door.send("push", push(after=BASE)).status_code == 202


def test_input_96_draft_and_back_and_draft(door: Door):
    for action, draft in [("opened", False), ("converted_to_draft", True), ("ready_for_review", False)]:
        door.send("pull_request", pull_request(action, draft=draft))
    assert statuses() == [JobStatus.PENDING]


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened"])
def test_input_96_whether_a_draft_is_reviewed_is_not_for_the_door_to_say(door: Door, action: str):
    assert door.send("pull_request", pull_request(action, draft=True)).json()["verdict"] == "ACCEPTED"


def test_input_97_a_storm_of_labels_is_stored_and_ignored(door: Door):
    for number in range(100):
        door.send("pull_request", changed(pull_request("labeled"), "pull_request.title", f"label {number}"))
    assert WebhookDelivery.objects.filter(verdict="IGNORED").count() == 100
    assert statuses() == []


@pytest.mark.parametrize("payload", [comment(kind="Bot"), changed(comment(), "comment.user.login", "kodus[bot]")])
def test_input_98_a_bot_may_not_ask(door: Door, payload: dict[str, Any]):
    assert door.send("issue_comment", payload).json()["reason"] == "the comment is by a bot"


@pytest.mark.parametrize("event", ["pull_request_review", "pull_request_review_comment", "check_run"])
def test_input_98_what_our_own_review_causes_is_ignored(door: Door, event: str):
    payload = {"action": "submitted", "review": {}, "comment": {}, "sender": {"login": "kodus[bot]"}}
    assert door.send(event, payload).json()["verdict"] == "IGNORED"


@pytest.mark.parametrize(
    "body",
    [
        "> /review",
        ">/review",
        "```\n/review\n```",
        "`/review`",
        "    /review",
        "\t/review",
        "please /review",
        "/reviewed",
        "/review-later",
        "",
    ],
)
def test_input_99_a_command_that_is_none(door: Door, body: str):
    assert door.send("issue_comment", comment(body)).json()["reason"] == "the comment holds no command"


@pytest.mark.parametrize("action", ["edited", "deleted"])
def test_input_99_a_command_edited_in_or_deleted(door: Door, action: str):
    assert door.send("issue_comment", comment(action=action)).json()["verdict"] == "IGNORED"


@pytest.mark.parametrize("association", ["NONE", "CONTRIBUTOR", "FIRST_TIMER", "MANNEQUIN", "owner", ""])
def test_input_99_a_stranger_may_not_ask(door: Door, association: str):
    answer = door.send("issue_comment", comment(association=association)).json()
    assert (answer["verdict"], answer["reason"].split(" may ")[1]) == ("IGNORED", "give commands")
    assert (GivenCommand.objects.count(), statuses()) == (0, [])


def test_input_99_a_comment_on_a_plain_issue(door: Door):
    payload = comment()
    del payload["issue"]["pull_request"]
    assert door.send("issue_comment", payload).json()["reason"] == "the comment is not on a pull request"


@pytest.mark.parametrize("count", [50, pytest.param(500, marks=pytest.mark.campaign)])
def test_input_100_hundreds_of_commands_are_one_review(door: Door, count: int):
    for number in range(1, count + 1):
        door.send("issue_comment", changed(comment(), "comment.id", number))
    assert WorkflowJob.objects.filter(workflow_type=WorkflowType.CODE_REVIEW).count() == 1
    assert WebhookDelivery.objects.values("job").distinct().count() == 1
