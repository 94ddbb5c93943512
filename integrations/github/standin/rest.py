"""The REST calls the stand-in answers: a table of method, path and function."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from integrations.github.standin import payloads, writings
from integrations.github.standin.checking import change_check_run, create_check_run
from integrations.github.standin.hosted import HostedRepository, UnknownRevision
from integrations.github.standin.http import Refused, Reply, Request, not_found
from integrations.github.standin.payloads import Links
from integrations.github.standin.records import (
    Pull,
    Records,
    StoredCheckRun,
    StoredIssueComment,
    StoredReview,
    now,
)
from integrations.github.standin.reviewing import post_review

T = TypeVar("T")

OUR_LOGIN = "kodus[bot]"
MAX_PER_PAGE = 100
DEFAULT_PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Call:
    """One request with the repository it is about and the ids from its path."""

    records: Records
    links: Links
    request: Request
    hosted: HostedRepository
    ids: dict[str, str]

    @property
    def pull(self) -> Pull:
        key = self.hosted.full_name, int(self.ids["number"])
        if key not in self.records.pulls:
            raise not_found()
        return self.records.pulls[key]

    @property
    def review(self) -> StoredReview:
        wanted = self.pull, int(self.ids["review"])
        return _one(review for review in self.records.reviews if (review.pull, review.id) == wanted)

    @property
    def check_run(self) -> StoredCheckRun:
        return _one(run for run in self.records.check_runs if run.id == int(self.ids["check_run"]))


def answer(records: Records, links: Links, request: Request) -> Reply:
    """Answer one call; the caller holds the records' lock."""
    try:
        respond, ids = _matched(request)
        hosted = records.repositories.get(ids.pop("repository"))
        if hosted is None:
            raise not_found()
        return respond(Call(records, links, request, hosted, ids))
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
    return _page(call, [writings.review(call.links, review) for review in found])


def _post_review(call: Call) -> Reply:
    review = post_review(call.records, call.pull, call.request.body, author=OUR_LOGIN)
    return Reply(200, writings.review(call.links, review))


def _review(call: Call) -> Reply:
    return Reply(200, writings.review(call.links, call.review))


def _review_comments(call: Call) -> Reply:
    review = call.review
    found = [comment for comment in call.records.comments if comment.review is review]
    return _page(call, [writings.review_comment(call.links, comment) for comment in found])


def _pull_comments(call: Call) -> Reply:
    pull = call.pull
    found = [comment for comment in call.records.comments if comment.review.pull is pull]
    return _page(call, [writings.review_comment(call.links, comment) for comment in found])


def _issue_comments(call: Call) -> Reply:
    pull = call.pull
    found = [comment for comment in call.records.issue_comments if comment.pull is pull]
    return _page(call, [writings.issue_comment(call.links, comment) for comment in found])


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
    page = _page(call, found)
    return Reply(200, {"total_count": len(found), "check_runs": page.payload}, page.headers)


def _page(call: Call, items: list[Any]) -> Reply:
    query = call.request.query
    size = min(_number(query.get("per_page"), DEFAULT_PER_PAGE), MAX_PER_PAGE)
    page, last = _number(query.get("page"), 1), max(1, -(-len(items) // size))
    named = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    shown = {name: number for name, number in named.items() if 1 <= number <= last and number != page}
    address = call.links.api + call.request.path
    link = ", ".join(
        f'<{address}?{urlencode({**query, "page": number})}>; rel="{name}"' for name, number in shown.items()
    )
    return Reply(200, items[(page - 1) * size : page * size], {"Link": link} if link else {})


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) > 0 else default


def _one(found: Iterable[T]) -> T:
    for item in found:
        return item
    raise not_found()


def _route(method: str, path: str, respond: Callable[[Call], Reply]) -> Any:
    pattern = path.replace("REPO", r"/repos/(?P<repository>[^/]+/[^/]+)")
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
]
