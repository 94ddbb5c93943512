"""The conversation of a pull request: its comments, and the reactions to them."""

from integrations.github.standin import writings
from integrations.github.standin.calls import Call, one, page
from integrations.github.standin.http import Refused, Reply
from integrations.github.standin.records import OUR_LOGIN, StoredIssueComment, StoredReaction, now

REACTIONS = {"+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"}


def list_issue_comments(call: Call) -> Reply:
    """Those of one pull request, changed since the instant that was asked for. Nobody changes one here."""
    pull, since = call.pull, call.request.query.get("since", "")
    found = [
        comment for comment in call.records.issue_comments if comment.pull is pull and comment.created_at >= since
    ]
    return page(call, [writings.issue_comment(call.links, comment) for comment in found])


def post_issue_comment(call: Call) -> Reply:
    body = call.request.body
    if not isinstance(body, dict) or not isinstance(body.get("body"), str):
        raise Refused(422, "Invalid request.")
    stored = StoredIssueComment(call.records.new_id(), call.pull, OUR_LOGIN, body["body"], now())
    call.records.issue_comments.append(stored)
    return Reply(201, writings.issue_comment(call.links, stored))


def list_reactions(call: Call) -> Reply:
    comment = _comment(call)
    found = [reaction for reaction in call.records.reactions if reaction.comment is comment]
    return page(call, [writings.reaction(call.links, reaction) for reaction in found])


def react(call: Call) -> Reply:
    """Answered 200 when this reaction of ours is there already."""
    comment, body = _comment(call), call.request.body
    content = body.get("content") if isinstance(body, dict) else None
    if content not in REACTIONS:
        raise Refused(422, "Validation Failed")
    for there in call.records.reactions:
        if (there.comment, there.author, there.content) == (comment, OUR_LOGIN, content):
            return Reply(200, writings.reaction(call.links, there))
    stored = StoredReaction(call.records.new_id(), comment, OUR_LOGIN, content, now())
    call.records.reactions.append(stored)
    return Reply(201, writings.reaction(call.links, stored))


def _comment(call: Call) -> StoredIssueComment:
    wanted = call.hosted, int(call.ids["comment"])
    return one(comment for comment in call.records.issue_comments if (comment.pull.repository, comment.id) == wanted)
