"""The calls the stand-in answers, REST's and GraphQL's one: method, path, what the caller needs, and function."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from integrations.github.standin import payloads, writings
from integrations.github.standin.calls import Call, one, page
from integrations.github.standin.changed_files import list_files
from integrations.github.standin.checking import change_check_run, create_check_run
from integrations.github.standin.conversation import (
    edit_issue_comment,
    list_issue_comments,
    list_reactions,
    post_issue_comment,
    react,
    read_issue_comment,
)
from integrations.github.standin.deliveries import Hook
from integrations.github.standin.hooks import list_deliveries, redeliver
from integrations.github.standin.hosted import UnknownRevision
from integrations.github.standin.http import HOURLY_REQUESTS, Refused, Reply, Request, not_found
from integrations.github.standin.installations import ANYBODY, APP, TOKEN, Caller
from integrations.github.standin.installing import (
    installation_of_repository,
    list_installations,
    make_token,
    revoke_token,
)
from integrations.github.standin.payloads import Links
from integrations.github.standin.records import OUR_LOGIN, Records, StoredComment
from integrations.github.standin.reviewing import post_review
from integrations.github.standin.threads import graphql, reply

_BY_ID = re.compile(r"/repositories/(?P<id>\d+)(?P<rest>(?:/.*)?)")
_BY_NAME = re.compile(r"/repos/(?P<name>[^/]+/[^/]+)(?P<rest>(?:/.*)?)")


def answer(records: Records, hook: Hook, links: Links, request: Request, caller: Caller) -> Reply:
    """Answer one call of that caller; whoever calls this holds the records' lock."""
    try:
        request = _at_its_place(records, links, request)
        respond, needs, ids = _matched(request)
        caller.refuse_unless(needs, ids.get("repository"))
        return respond(Call(records, hook, links, request, caller, ids))
    except Refused as refused:
        return refused.reply


def _at_its_place(records: Records, links: Links, request: Request) -> Request:
    """The request by the repository's name; Refused with where to look for one that has moved, as GitHub has it."""
    if by_id := _BY_ID.fullmatch(request.path):
        hosted = one(hosted for hosted in records.repositories.values() if hosted.id == int(by_id["id"]))
        return replace(request, path=f"/repos/{hosted.full_name}{by_id['rest']}")
    by_name = _BY_NAME.fullmatch(request.path)
    if by_name and by_name["name"] in records.moved:
        there = records.repositories[records.moved[by_name["name"]]]
        location = f"{links.api}/repositories/{there.id}{by_name['rest']}"
        status, words = (301, "Moved Permanently") if request.method == "GET" else (307, "Temporary Redirect")
        raise Refused(status, words, headers={"Location": location})
    return request


def _matched(request: Request) -> tuple[Callable[[Call], Reply], str, dict[str, str]]:
    for method, pattern, needs, respond in ROUTES:
        match = pattern.fullmatch(request.path)
        if match and method == request.method:
            return respond, needs, match.groupdict()
    raise not_found()


def _repository(call: Call) -> Reply:
    counts = {"network_count": 0, "subscribers_count": 0}
    return Reply(200, payloads.repository(call.links, call.hosted) | counts)


def _rate_limit(call: Call) -> Reply:
    """Only a classic token's scopes are told."""
    hour = {"limit": HOURLY_REQUESTS, "remaining": HOURLY_REQUESTS, "reset": int(time.time()) + 3600, "used": 0}
    minute = {"limit": 30, "remaining": 30, "reset": int(time.time()) + 60, "used": 0}
    scopes = call.records.token_scopes
    told = {} if scopes is None or call.caller.token else {"X-OAuth-Scopes": scopes}
    return Reply(200, {"resources": {"core": hour, "search": minute}, "rate": hour}, told)


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
    return _comments(call, [comment for comment in call.records.comments if comment.review is review])


def _pull_comments(call: Call) -> Reply:
    pull = call.pull
    return _comments(call, [comment for comment in call.records.comments if comment.review.pull is pull])


def _comments(call: Call, found: list[StoredComment]) -> Reply:
    return page(call, [writings.review_comment(call.links, comment, call.records.reactions) for comment in found])


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


def _route(method: str, path: str, needs: str, respond: Callable[[Call], Reply]) -> Any:
    pattern = path.replace("REPO", r"/repos/(?P<repository>[^/]+/[^/]+)").replace(
        "ORG", "/orgs/(?P<organization>[^/]+)"
    )
    return method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>\\d+)", pattern)), needs, respond


# GitHub lets whoever may write pull requests comment on them, too; there are no other issues here.
ROUTES: list[tuple[str, re.Pattern[str], str, Callable[[Call], Reply]]] = [
    _route("GET", "REPO", "metadata:read", _repository),
    _route("GET", "REPO/pulls/{number}", "pull_requests:read", _pull),
    _route("GET", "REPO/pulls/{number}/files", "pull_requests:read", list_files),
    _route("GET", "REPO/pulls/{number}/reviews", "pull_requests:read", _reviews),
    _route("POST", "REPO/pulls/{number}/reviews", "pull_requests:write", _post_review),
    _route("GET", "REPO/pulls/{number}/reviews/{review}", "pull_requests:read", _review),
    _route("GET", "REPO/pulls/{number}/reviews/{review}/comments", "pull_requests:read", _review_comments),
    _route("GET", "REPO/pulls/{number}/comments", "pull_requests:read", _pull_comments),
    _route("POST", "REPO/pulls/{number}/comments/{comment}/replies", "pull_requests:write", reply),
    _route("GET", "REPO/pulls/comments/{comment}/reactions", "pull_requests:read", list_reactions),
    _route("POST", "REPO/pulls/comments/{comment}/reactions", "pull_requests:write", react),
    _route("POST", "/graphql", ANYBODY, graphql),
    _route("GET", "REPO/issues/comments/{comment}", "pull_requests:read", read_issue_comment),
    _route("PATCH", "REPO/issues/comments/{comment}", "pull_requests:write", edit_issue_comment),
    _route("GET", "REPO/issues/{number}/comments", "pull_requests:read", list_issue_comments),
    _route("POST", "REPO/issues/{number}/comments", "pull_requests:write", post_issue_comment),
    _route("GET", "REPO/issues/comments/{comment}/reactions", "pull_requests:read", list_reactions),
    _route("POST", "REPO/issues/comments/{comment}/reactions", "pull_requests:write", react),
    _route("POST", "REPO/check-runs", "checks:write", _create_check_run),
    _route("GET", "REPO/check-runs/{check_run}", "checks:read", _check_run),
    _route("PATCH", "REPO/check-runs/{check_run}", "checks:write", _update_check_run),
    _route("GET", "REPO/commits/(?P<ref>[^/]+)/check-runs", "checks:read", _check_runs),
    _route("GET", "/rate_limit", ANYBODY, _rate_limit),
    _route("GET", "REPO/hooks/{hook}/deliveries", "repository_hooks:read", list_deliveries),
    _route("GET", "ORG/hooks/{hook}/deliveries", "organization_hooks:read", list_deliveries),
    _route("GET", "/app/hook/deliveries", APP, list_deliveries),
    _route("POST", "REPO/hooks/{hook}/deliveries/{attempt}/attempts", "repository_hooks:write", redeliver),
    _route("POST", "ORG/hooks/{hook}/deliveries/{attempt}/attempts", "organization_hooks:write", redeliver),
    _route("POST", "/app/hook/deliveries/{attempt}/attempts", APP, redeliver),
    _route("GET", "/app/installations", APP, list_installations),
    _route("GET", "REPO/installation", APP, installation_of_repository),
    _route("POST", "/app/installations/{installation}/access_tokens", APP, make_token),
    _route("DELETE", "/installation/token", TOKEN, revoke_token),
]
