"""The conversation of a pull request: its comments, and the reactions to them and to those on lines."""

from integrations.github.standin import writings
from integrations.github.standin.calls import Call, one, page
from integrations.github.standin.http import Refused, Reply
from integrations.github.standin.records import OUR_LOGIN, StoredComment, StoredIssueComment, StoredReaction, now
from integrations.github.standin.reviewing import MAX_BODY_LENGTH


def list_issue_comments(call: Call) -> Reply:
    """Those of one pull request, changed since the instant that was asked for."""
    pull, since = call.pull, call.request.query.get("since", "")
    found = [
        comment for comment in call.records.issue_comments if comment.pull is pull and comment.updated_at >= since
    ]
    return page(call, [writings.issue_comment(call.links, comment) for comment in found])


def post_issue_comment(call: Call) -> Reply:
    stored = StoredIssueComment(call.records.new_id(), call.pull, OUR_LOGIN, text_in(call), now())
    call.records.issue_comments.append(stored)
    return Reply(201, writings.issue_comment(call.links, stored))


def read_issue_comment(call: Call) -> Reply:
    return Reply(200, writings.issue_comment(call.links, _on_the_conversation(call)))


def edit_issue_comment(call: Call) -> Reply:
    """Ours alone; GitHub lets those who may write change those of others, and we never do."""
    comment = _on_the_conversation(call)
    if comment.author != OUR_LOGIN:
        raise Refused(403, "Resource not accessible by integration")
    comment.body, comment.edited_at = text_in(call), now()
    return Reply(200, writings.issue_comment(call.links, comment))


def text_in(call: Call) -> str:
    """The body of what is written; Refused when there is none, or too much of it."""
    body = call.request.body
    if not isinstance(body, dict) or not isinstance(body.get("body"), str) or not body["body"]:
        raise Refused(422, "Invalid request.")
    if len(body["body"]) > MAX_BODY_LENGTH:
        raise Refused(422, "Validation Failed", errors=[f"body is too long (maximum is {MAX_BODY_LENGTH} characters)"])
    return str(body["body"])


def list_reactions(call: Call) -> Reply:
    comment = _comment(call)
    found = [reaction for reaction in call.records.reactions if reaction.comment is comment]
    return page(call, [writings.reaction(call.links, reaction) for reaction in found])


def react(call: Call) -> Reply:
    """Answered 200 when this reaction of ours is there already."""
    comment, body = _comment(call), call.request.body
    content = body.get("content") if isinstance(body, dict) else None
    if content not in writings.REACTIONS:
        raise Refused(422, "Validation Failed")
    for there in call.records.reactions:
        if (there.comment, there.author, there.content) == (comment, OUR_LOGIN, content):
            return Reply(200, writings.reaction(call.links, there))
    stored = StoredReaction(call.records.new_id(), comment, OUR_LOGIN, content, now())
    call.records.reactions.append(stored)
    return Reply(201, writings.reaction(call.links, stored))


def _comment(call: Call) -> StoredIssueComment | StoredComment:
    return _on_the_conversation(call) if "/issues/" in call.request.path else on_a_line(call)


def on_a_line(call: Call) -> StoredComment:
    wanted = call.hosted, int(call.ids["comment"])
    return one(comment for comment in call.records.comments if (comment.review.pull.repository, comment.id) == wanted)


def _on_the_conversation(call: Call) -> StoredIssueComment:
    wanted = call.hosted, int(call.ids["comment"])
    return one(comment for comment in call.records.issue_comments if (comment.pull.repository, comment.id) == wanted)
