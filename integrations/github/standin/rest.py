"""The REST calls the stand-in answers: a table of method, path and function."""

import re
from collections.abc import Callable
from typing import Any

from integrations.github.standin import payloads, writings
from integrations.github.standin.calls import Call, page
from integrations.github.standin.checking import change_check_run, create_check_run
from integrations.github.standin.deliveries import Hook
from integrations.github.standin.hooks import list_deliveries, redeliver
from integrations.github.standin.hosted import UnknownRevision
from integrations.github.standin.http import Refused, Reply, Request, not_found
from integrations.github.standin.payloads import Links
from integrations.github.standin.records import Records, StoredIssueComment, now
from integrations.github.standin.reviewing import post_review

OUR_LOGIN = "kodus[bot]"


def answer(records: Records, hook: Hook, links: Links, request: Request) -> Reply:
    """Answer one call; the caller holds the records' lock."""
    try:
        respond, ids = _matched(request)
        return respond(Call(records, hook, links, request, ids))
    except Refused as refused:
        return refused.reply


def _matched(request: Request) -> tuple[Callable[[Call], Reply], dict[str, str]]:
    for method, pattern, respond in ROUTES:
        match = pattern.fullmatch(request.path)
        if match and method == request.method:
            return respond, match.groupdict()
    raise not_found()


def _repository(call: Call) -> Reply:
    counts = {"network_count": 0, "subscribers_count": 0}
    return Reply(200, payloads.repository(call.links, call.hosted) | counts)


def _pull(call: Call) -> Reply:
    pull = call.pull
    return Reply(
        200,
        payloads.pull_request(
            call.links,
            pull,
            comments=sum(comment.pull is pull for comment in call.records.issue_comments),
            review_comments=sum(comment.review.pull is pull for comment in call.records.comments),
        ),
    )


def _reviews(call: Call) -> Reply:
    pull = call.pull
    found = [review for review in call.records.reviews if review.pull is pull]
    return page(call, [writings.review(call.links, review) for review in found])


def _post_review(call: Call) -> Reply:
    review = post_review(call.records, call.pull, call.request.body, author=OUR_LOGIN)
    return Reply(200, writings.review(call.links, review))


def _review(call: Call) -> Reply:
    return Reply(200, writings.review(call.links, call.review))


def _review_comments(call: Call) -> Reply:
    review = call.review
    found = [comment for comment in call.records.comments if comment.review is review]
    return page(call, [writings.review_comment(call.links, comment) for comment in found])


def _pull_comments(call: Call) -> Reply:
    pull = call.pull
    found = [comment for comment in call.records.comments if comment.review.pull is pull]
    return page(call, [writings.review_comment(call.links, comment) for comment in found])


def _issue_comments(call: Call) -> Reply:
    pull = call.pull
    found = [comment for comment in call.records.issue_comments if comment.pull is pull]
    return page(call, [writings.issue_comment(call.links, comment) for comment in found])


def _post_issue_comment(call: Call) -> Reply:
    body = call.request.body
    if not isinstance(body, dict) or not isinstance(body.get("body"), str):
        raise Refused(422, "Invalid request.")
    stored = StoredIssueComment(call.records.new_id(), call.pull, OUR_LOGIN, body["body"], now())
    call.records.issue_comments.append(stored)
    return Reply(201, writings.issue_comment(call.links, stored))


def _create_check_run(call: Call) -> Reply:
    run = create_check_run(call.records, call.hosted, call.request.body)
    return Reply(201, writings.check_run(call.links, run))


def _check_run(call: Call) -> Reply:
    return Reply(200, writings.check_run(call.links, call.check_run))


def _update_check_run(call: Call) -> Reply:
    change_check_run(call.check_run, call.request.body)
    return Reply(200, writings.check_run(call.links, call.check_run))


def _check_runs(call: Call) -> Reply:
    try:
        sha = call.hosted.resolve(call.ids["ref"])
    except UnknownRevision as error:
        raise Refused(422, f"No commit found for SHA: {call.ids['ref']}") from error
    name = call.request.query.get("check_name")
    found = [
        writings.check_run(call.links, run)
        for run in call.records.check_runs
        if (run.repository, run.head_sha) == (call.hosted, sha) and name in {None, run.name}
    ]
    runs = page(call, found)
    return Reply(200, {"total_count": len(found), "check_runs": runs.payload}, runs.headers)


def _route(method: str, path: str, respond: Callable[[Call], Reply]) -> Any:
    pattern = path.replace("REPO", r"/repos/(?P<repository>[^/]+/[^/]+)").replace(
        "ORG", "/orgs/(?P<organization>[^/]+)"
    )
    return method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>\\d+)", pattern)), respond


ROUTES: list[tuple[str, re.Pattern[str], Callable[[Call], Reply]]] = [
    _route("GET", "REPO", _repository),
    _route("GET", "REPO/pulls/{number}", _pull),
    _route("GET", "REPO/pulls/{number}/reviews", _reviews),
    _route("POST", "REPO/pulls/{number}/reviews", _post_review),
    _route("GET", "REPO/pulls/{number}/reviews/{review}", _review),
    _route("GET", "REPO/pulls/{number}/reviews/{review}/comments", _review_comments),
    _route("GET", "REPO/pulls/{number}/comments", _pull_comments),
    _route("GET", "REPO/issues/{number}/comments", _issue_comments),
    _route("POST", "REPO/issues/{number}/comments", _post_issue_comment),
    _route("POST", "REPO/check-runs", _create_check_run),
    _route("GET", "REPO/check-runs/{check_run}", _check_run),
    _route("PATCH", "REPO/check-runs/{check_run}", _update_check_run),
    _route("GET", "REPO/commits/(?P<ref>[^/]+)/check-runs", _check_runs),
    _route("GET", "REPO/hooks/{hook}/deliveries", list_deliveries),
    _route("GET", "ORG/hooks/{hook}/deliveries", list_deliveries),
    _route("GET", "/app/hook/deliveries", list_deliveries),
    _route("POST", "REPO/hooks/{hook}/deliveries/{attempt}/attempts", redeliver),
    _route("POST", "ORG/hooks/{hook}/deliveries/{attempt}/attempts", redeliver),
    _route("POST", "/app/hook/deliveries/{attempt}/attempts", redeliver),
]
