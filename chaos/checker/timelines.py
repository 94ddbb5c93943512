"""What happened on GitHub and to each job, put in order: pull requests, posts, attempts."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chaos.checker.evidence import Evidence, Fact

_POST_REVIEW = re.compile(r"/repos/([^/]+/[^/]+)/pulls/(\d+)/reviews")
_POST_COMMENT = re.compile(r"/repos/([^/]+/[^/]+)/issues/(\d+)/comments")
_REPLY = re.compile(r"/repos/([^/]+/[^/]+)/pulls/(\d+)/comments/(\d+)/replies")
_EDIT_COMMENT = re.compile(r"/repos/([^/]+/[^/]+)/issues/comments/(\d+)")
#: The hidden comments of a summary: whose it is, and of which head it tells.
_SUMMARY = re.compile(r"<!-- kodus-queue:summary:\d+/(\d+):")
_EDITION = re.compile(r"<!-- kodus-queue:edition:\d+/\d+/([^/:]+)/")
_CREATE_CHECK = re.compile(r"/repos/([^/]+/[^/]+)/check-runs")
_UPDATE_CHECK = re.compile(r"/repos/([^/]+/[^/]+)/check-runs/(\d+)")
FINAL = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
_OWNED = frozenset({"checkpoint", "complete", "fail", "retry", "pause", "release"})


@dataclass(frozen=True, slots=True)
class State:
    """A pull request from `at` on."""

    at: float
    head: str
    is_open: bool
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A review that is there, whatever was answered."""

    at: float
    pull: str
    head: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What the summary of a pull request was made or edited to tell."""

    at: float
    pull: str
    head: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """From a claim to whatever ended it; `ended_at` is infinite while nothing has."""

    job_id: Any
    owner: str
    fence: int
    began_at: float
    ended_at: float
    ended_by: str
    #: When the next attempt began, or the job ended.
    gone_on_at: float


def pull_states(evidence: Evidence) -> dict[str, list[State]]:
    """By name ("octo/app#12"), in order."""
    found: dict[str, list[State]] = defaultdict(list)
    for fact in evidence.facts("pull_request"):
        state = State(fact["monotonic"], fact["head"], fact["state"] == "open", fact["draft"])
        found[fact["pull_request"]].append(state)
    return found


def state_at(states: list[State], at: float) -> State:
    return next((state for state in reversed(states) if state.at <= at), states[0])


def posts(evidence: Evidence) -> list[Post]:
    return [
        Post(fact["monotonic"], f"{match[1]}#{match[2]}", fact["body"]["commit_id"])
        for fact, match in _applied(evidence, "POST", _POST_REVIEW)
    ]


def editions(evidence: Evidence) -> list[Edition]:
    """Every text that a summary had, in order."""
    written = [*_applied(evidence, "POST", _POST_COMMENT), *_applied(evidence, "PATCH", _EDIT_COMMENT)]
    found = []
    for fact, match in sorted(written, key=lambda one: one[0]["monotonic"]):
        number, head = _SUMMARY.search(fact["body"]["body"]), _EDITION.search(fact["body"]["body"])
        if number and head:
            is_first = fact["method"] == "POST"
            found.append(Edition(fact["monotonic"], f"{match[1]}#{number[1]}", head[1], is_first))
    return found


def replied_to(evidence: Evidence) -> list[str]:
    """The thread of each reply of ours, by its pull request and first comment."""
    return [f"{match[1]}#{match[2]}, comment {match[3]}" for _, match in _applied(evidence, "POST", _REPLY)]


def created_checks(evidence: Evidence) -> dict[int, Fact]:
    """The body of each check run that was made, by its id."""
    return {fact["made"]: fact["body"] for fact, _ in _applied(evidence, "POST", _CREATE_CHECK)}


def last_check_updates(evidence: Evidence) -> dict[int, Fact]:
    return {int(match[2]): fact["body"] for fact, match in _applied(evidence, "PATCH", _UPDATE_CHECK)}


def attempts(evidence: Evidence) -> list[Attempt]:
    return [attempt for job_id, rows in evidence.history.items() for attempt in _attempts(evidence, job_id, rows)]


def _attempts(evidence: Evidence, job_id: Any, rows: list[Fact]) -> Iterator[Attempt]:
    for index, row in enumerate(rows):
        if row["verb"] != "claim":
            continue
        after = rows[index + 1 :]
        end = next((other for other in after if other["verb"] != "checkpoint"), None)
        onward = next((other for other in after if other["verb"] == "claim" or _is_final(other)), None)
        yield Attempt(
            job_id,
            row["actor"],
            row["fence"],
            evidence.seconds(row["at"]),
            evidence.seconds(end["at"]) if end else float("inf"),
            end["verb"] if end else "",
            evidence.seconds(onward["at"]) if onward else float("inf"),
        )


def _is_final(row: Fact) -> bool:
    return row["to_status"] in FINAL


def owned_writes(rows: list[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Each write of an attempt, with the claim that was the latest then."""
    claim: Fact | None = None
    for row in rows:
        if row["verb"] == "claim":
            claim = row
        elif row["verb"] in _OWNED and claim:
            yield row, claim


def _applied(evidence: Evidence, method: str, path: re.Pattern[str]) -> Iterator[tuple[Fact, re.Match[str]]]:
    for fact in evidence.facts("request"):
        match = path.fullmatch(fact["path"])
        if match and fact["method"] == method and fact["applied"]:
            yield fact, match
