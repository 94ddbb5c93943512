"""What may be meant by what somebody typed or pasted into a search box. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

MAX_TERM = 300
#: Characters of a whole commit.
WHOLE_SHA = (40, 64)

_NAME = r"[^/\s#@?]+/[^/\s#@?]+"
_SHA = r"[0-9a-f]{7,64}"
_REPOSITORY = re.compile(_NAME)
_PULL_REQUEST = re.compile(rf"{_NAME}#[0-9]{{1,10}}")
_EVENT_KEY = re.compile(rf"{_NAME}@{_SHA}")
_ADDRESS = re.compile(rf"https?://[^/\s]+/({_NAME})(?:/([a-z]+)/([^/\s#?]+)[^\s#]*)?/?(?:\?[^\s#]*)?(?:#(\S*))?")
_COMMENT = re.compile(r"(discussion_r|issuecomment-|pullrequestreview-)([0-9]{1,18})")
_COMMIT = re.compile(_SHA)
_TRACE = re.compile(r"[0-9a-f]{32}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
#: Of correlation ids and events' ids.
ID = re.compile(r"[\x21-\x7e]{1,200}")


class Kind(StrEnum):
    """ID: of a job, a delivery, an event, or of everything a delivery caused."""

    ID = "id"
    TRACE = "trace"
    COMMIT = "commit"
    REPOSITORY = "repository"
    PULL_REQUEST = "pull request"
    COMMENT = "comment"
    EVENT_KEY = "event key"


@dataclass(frozen=True, slots=True)
class Meaning:
    """`number` is a comment's id, and `place` what it is a comment on: discussion_r, issuecomment-, …"""

    kind: Kind
    value: str
    place: str = ""
    number: int = 0


def meanings(term: str) -> list[Meaning]:
    """What to look for, the likeliest first; nothing when the term names nothing that is found by an index."""
    term = term.strip()[:MAX_TERM]
    if address := _ADDRESS.fullmatch(term):
        return _of_address(*address.groups(default=""))
    for pattern, kind in (
        (_PULL_REQUEST, Kind.PULL_REQUEST),
        (_EVENT_KEY, Kind.EVENT_KEY),
        (_REPOSITORY, Kind.REPOSITORY),
    ):
        if pattern.fullmatch(term):
            return [Meaning(kind, term)]
    if parent := _TRACEPARENT.fullmatch(term):
        return [Meaning(Kind.TRACE, parent[1])]
    lower = term.lower()
    if _TRACE.fullmatch(lower):
        return [Meaning(Kind.TRACE, lower), Meaning(Kind.ID, str(UUID(lower)))]
    if _COMMIT.fullmatch(lower):
        return [Meaning(Kind.COMMIT, lower), Meaning(Kind.ID, term)]
    return [Meaning(Kind.ID, term)] if ID.fullmatch(term) else []


def filters(term: str) -> dict[str, str]:
    """The one filter of the list of jobs that the term means; empty for an empty one."""
    for meaning in meanings(term):
        match meaning.kind:
            case Kind.PULL_REQUEST | Kind.COMMENT:
                return {"pull_request": meaning.value}
            case Kind.REPOSITORY:
                return {"repository": meaning.value}
            case Kind.COMMIT if len(meaning.value) in WHOLE_SHA:
                return {"head": meaning.value}
    return {"correlation_id": term} if term else {}


def _of_address(repository: str, what: str, which: str, fragment: str) -> list[Meaning]:
    """Of a page on the code host, whichever host that is."""
    repository = repository.removesuffix(".git")
    if what in {"pull", "pulls", "issues"} and which.isascii() and which.isdecimal():
        pull_request = f"{repository}#{int(which)}"
        if comment := _COMMENT.fullmatch(fragment):
            return [Meaning(Kind.COMMENT, pull_request, comment[1], int(comment[2]))]
        return [Meaning(Kind.PULL_REQUEST, pull_request)]
    if what in {"commit", "commits", "tree"} and _COMMIT.fullmatch(which):
        return [Meaning(Kind.COMMIT, which)]
    return [Meaning(Kind.REPOSITORY, repository)]
