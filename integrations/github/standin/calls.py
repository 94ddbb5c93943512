"""A call of the REST API: what its path names, and how a long answer is cut into pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from integrations.github.standin.deliveries import Hook
from integrations.github.standin.hosted import HostedRepository
from integrations.github.standin.http import Reply, Request, not_found
from integrations.github.standin.installations import Caller
from integrations.github.standin.payloads import Links
from integrations.github.standin.records import Pull, Records, StoredCheckRun, StoredReview

T = TypeVar("T")

MAX_PER_PAGE = 100
DEFAULT_PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Call:
    """One request and the ids from its path; what they name is looked up, and refused when it is not there."""

    records: Records
    hook: Hook
    links: Links
    request: Request
    caller: Caller
    ids: dict[str, str]

    @property
    def hosted(self) -> HostedRepository:
        return one(hosted for name, hosted in self.records.repositories.items() if name == self.ids["repository"])

    @property
    def pull(self) -> Pull:
        key = self.hosted.full_name, int(self.ids["number"])
        if key not in self.records.pulls:
            raise not_found()
        return self.records.pulls[key]

    @property
    def review(self) -> StoredReview:
        wanted = self.pull, int(self.ids["review"])
        return one(review for review in self.records.reviews if (review.pull, review.id) == wanted)

    @property
    def check_run(self) -> StoredCheckRun:
        wanted = self.hosted, int(self.ids["check_run"])
        return one(run for run in self.records.check_runs if (run.repository, run.id) == wanted)

    @property
    def per_page(self) -> int:
        return min(_number(self.request.query.get("per_page"), DEFAULT_PER_PAGE), MAX_PER_PAGE)


def page(call: Call, items: list[Any]) -> Reply:
    """The numbered page that was asked for, with links to the others."""
    query, size = call.request.query, call.per_page
    number, last = _number(query.get("page"), 1), max(1, -(-len(items) // size))
    others = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
    shown = {name: other for name, other in others.items() if 1 <= other <= last and other != number}
    link = ", ".join(link_to(call, name, page=other) for name, other in shown.items())
    return Reply(200, items[(number - 1) * size : number * size], {"Link": link} if link else {})


def link_to(call: Call, name: str, **query: str | int) -> str:
    """An entry of the Link header: the same call with another query."""
    address = call.links.api + call.request.path
    return f'<{address}?{urlencode({**call.request.query, **query})}>; rel="{name}"'


def one(found: Iterable[T]) -> T:
    """The first, or not found."""
    for item in found:
        return item
    raise not_found()


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) > 0 else default
