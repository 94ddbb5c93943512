import pytest

from reviews.commands.parsing import Command
from tests.webhooks.deliveries import changed, comment, ping, pull_request, push
from webhooks.routing import CancelReviews, Ignore, Pong, RequestReview, TakeCommand, WarmGraph, decide


def decided(event, payload):
    return decide(event, payload, command="/review")


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review", "converted_to_draft"])
def test_a_pull_request_that_changed_asks_for_a_review(action):
    match decided("pull_request", pull_request(action)):
        case RequestReview(event, trigger):
            assert (event.number, event.head_sha, trigger) == (7, "a" * 40, action)
        case other:
            pytest.fail(str(other))


def test_a_pull_request_that_went_away_cancels_its_reviews():
    match decided("pull_request", pull_request("closed")):
        case CancelReviews(event, why):
            assert (event.number, why) == (7, "the pull request was closed")
        case other:
            pytest.fail(str(other))


@pytest.mark.parametrize("association", ["OWNER", "MEMBER", "COLLABORATOR"])
def test_who_has_access_may_give_commands(association):
    assert isinstance(decided("issue_comment", comment(association=association)), TakeCommand)


def test_the_author_of_the_pull_request_may_give_commands():
    payload = changed(comment(association="NONE"), "issue.user.id", 5)
    assert isinstance(decided("issue_comment", payload), TakeCommand)


@pytest.mark.parametrize("command", ["", "full"])
def test_a_review_of_a_closed_pull_request_is_refused_with_what_to_do(command):
    match decided("issue_comment", changed(comment(f"/review {command}"), "issue.state", "closed")):
        case Ignore(reason):
            assert reason == "closed: Reopen the pull request to have it reviewed."
        case other:
            pytest.fail(str(other))


@pytest.mark.parametrize("command", ["pause", "resume", "cancel", "ignore", "why", "config", "help", "whatever"])
def test_any_other_command_is_taken_on_a_closed_pull_request_too(command):
    decision = decided("issue_comment", changed(comment(f"/review {command}"), "issue.state", "closed"))
    assert isinstance(decision, TakeCommand)


def test_a_command_is_taken_from_any_line_of_its_own():
    match decided("issue_comment", comment("Not yet, please.\n/review PAUSE\n> /review full")):
        case TakeCommand(event, command):
            assert (event.comment_id, event.commenter, command) == (4_000, "mona", Command.PAUSE)
        case other:
            pytest.fail(str(other))


def test_our_own_comments_are_no_commands():
    match decided("issue_comment", comment("/review\n\n<!-- kodus-queue:reply:1/7/4000:abc -->")):
        case Ignore(reason):
            assert reason == "the comment is ours"
        case other:
            pytest.fail(str(other))


def test_a_push_to_the_default_branch_warms_the_graph():
    assert isinstance(decided("push", push()), WarmGraph)


def test_deleting_the_default_branch_does_nothing():
    assert isinstance(decided("push", push(deleted=True, after="0" * 40)), Ignore)


def test_a_ping_is_a_ping():
    assert decided("ping", ping()) == Pong()


@pytest.mark.parametrize(("event", "action"), [("pull_request", "labeled"), ("star", "created"), ("fork", "")])
def test_everything_else_is_ignored_with_its_name(event, action):
    payload = {**pull_request(), "action": action} if action else {"forkee": {}}
    match decided(event, payload):
        case Ignore(reason):
            assert f"{event} {action}".strip() in reason
        case other:
            pytest.fail(str(other))
