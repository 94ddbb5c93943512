"""The threads on lines of the diff: replies over REST, and what only GraphQL shows and does.

Of GraphQL there are the two documents that our client sends, known by their names. Resolving takes a permission one
would not expect, as on GitHub: github/gh-aw#35726, and the community's discussion 44650.
"""

from dataclasses import replace
from typing import Any

from integrations.github.standin import writings
from integrations.github.standin.calls import Call
from integrations.github.standin.conversation import on_a_line, text_in
from integrations.github.standin.http import Refused, Reply
from integrations.github.standin.payloads import node_id
from integrations.github.standin.records import OUR_LOGIN, Pull, StoredComment, StoredReview, now

PER_PAGE = 100
_FORBIDDEN = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
_NOT_FOUND = {"type": "NOT_FOUND", "message": "Could not resolve to a node with the global id."}


def reply(call: Call) -> Reply:
    """Each reply is a review of its own on GitHub, without a body."""
    first = on_a_line(call)
    if first.review.pull is not call.pull or first.in_reply_to:
        raise Refused(422, "Validation Failed")
    text, records, pull = text_in(call), call.records, call.pull
    review = StoredReview(records.new_id(), pull, "COMMENTED", "", pull.head_sha, OUR_LOGIN, now())
    stored = replace(first, id=records.new_id(), review=review, body=text, in_reply_to=first.id)
    records.reviews.append(review)
    records.comments.append(stored)
    return Reply(201, writings.review_comment(call.links, stored))


def graphql(call: Call) -> Reply:
    """Answered 200 also where it is refused."""
    body = call.request.body
    document, variables = (body.get("query", ""), body.get("variables", {})) if isinstance(body, dict) else ("", {})
    if "query ReviewThreads(" in document:
        return _review_threads(call, variables)
    if "mutation ResolveReviewThread(" in document:
        return _resolve(call, variables)
    raise Refused(400, "A query attribute must be specified and must be a string.")


def thread_id(first: StoredComment) -> str:
    return node_id("PullRequestReviewThread", first.id)


def _review_threads(call: Call, variables: dict[str, Any]) -> Reply:
    name = f"{variables['owner']}/{variables['name']}"
    pull = call.records.pulls.get((call.records.moved.get(name, name), variables["number"]))
    if pull is None or not _may(call, "pull_requests:read", pull):
        return _refused("repository", _NOT_FOUND)
    found = [comment for comment in _first_comments(call) if comment.review.pull is pull]
    start = int(variables.get("after") or 0)
    threads = {
        "nodes": [_thread(call, comment) for comment in found[start : start + PER_PAGE]],
        "pageInfo": {"hasNextPage": len(found) > start + PER_PAGE, "endCursor": str(start + PER_PAGE)},
    }
    return Reply(200, {"data": {"repository": {"pullRequest": {"reviewThreads": threads}}}})


def _resolve(call: Call, variables: dict[str, Any]) -> Reply:
    first = next((comment for comment in _first_comments(call) if thread_id(comment) == variables["thread"]), None)
    if first is None:
        return _refused("resolveReviewThread", _NOT_FOUND)
    if not _may(call, "contents:write", first.review.pull):
        return _refused("resolveReviewThread", _FORBIDDEN)
    call.records.resolved.add(first.id)
    return Reply(200, {"data": {"resolveReviewThread": {"thread": {"isResolved": True}}}})


def _thread(call: Call, first: StoredComment) -> dict[str, Any]:
    return {
        "id": thread_id(first),
        "isResolved": first.id in call.records.resolved,
        "comments": {"nodes": [{"databaseId": first.id}]},
    }


def _first_comments(call: Call) -> list[StoredComment]:
    return [comment for comment in call.records.comments if not comment.in_reply_to]


def _may(call: Call, needs: str, pull: Pull) -> bool:
    try:
        call.caller.refuse_unless(needs, pull.repository.full_name)
    except Refused:
        return False
    return True


def _refused(field: str, error: dict[str, str]) -> Reply:
    return Reply(200, {"data": {field: None}, "errors": [{**error, "path": [field]}]})
