"""What the stand-in remembers, all of it in memory: pull requests, reviews, check runs, deliveries, writes."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from integrations.github.standin.hosted import HostedRepository
from integrations.github.standin.installations import Installations

OUR_LOGIN = "kodus[bot]"


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Pull:
    id: int
    repository: HostedRepository
    number: int
    title: str
    body: str
    author: str
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    draft: bool = False
    locked: bool = False
    fork_is_gone: bool = False
    state: str = "open"
    merged: bool = False
    labels: tuple[str, ...] = ()
    created_at: str = field(default_factory=now)
    updated_at: str = field(default_factory=now)
    closed_at: str | None = None
    past_heads: list[str] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """As GitHub writes it: octo/app#12."""
        return f"{self.repository.full_name}#{self.number}"


@dataclass(frozen=True, slots=True)
class StoredReview:
    id: int
    pull: Pull
    state: str
    body: str
    commit_id: str
    author: str
    submitted_at: str


@dataclass(frozen=True, slots=True)
class StoredComment:
    """One inline comment; `line` counts in the file on `side`."""

    id: int
    review: StoredReview
    path: str
    body: str
    line: int
    side: str
    start_line: int | None
    start_side: str | None
    position: int
    diff_hunk: str
    in_reply_to: int | None = None  # the first comment of its thread


@dataclass(slots=True)
class StoredCheckRun:
    id: int
    repository: HostedRepository
    name: str
    head_sha: str
    external_id: str
    status: str
    conclusion: str | None
    details_url: str | None
    output: dict[str, Any]
    started_at: str
    completed_at: str | None = None


@dataclass(slots=True)
class StoredIssueComment:
    id: int
    pull: Pull
    author: str
    body: str
    created_at: str
    association: str = "MEMBER"  # of its author with the repository
    edited_at: str = ""

    @property
    def updated_at(self) -> str:
        return self.edited_at or self.created_at


@dataclass(frozen=True, slots=True)
class StoredReaction:
    id: int
    comment: StoredIssueComment | StoredComment
    author: str
    content: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Write:
    """One request that was to change something, and what became of it."""

    at: datetime
    method: str
    path: str
    body: Any
    status: int | None  # None: the connection was dropped without an answer
    applied: bool


@dataclass
class Records:
    lock: threading.RLock = field(default_factory=threading.RLock)
    repositories: dict[str, HostedRepository] = field(default_factory=dict)
    #: Former full names, and where each repository is now.
    moved: dict[str, str] = field(default_factory=dict)
    pulls: dict[tuple[str, int], Pull] = field(default_factory=dict)
    reviews: list[StoredReview] = field(default_factory=list)
    comments: list[StoredComment] = field(default_factory=list)
    check_runs: list[StoredCheckRun] = field(default_factory=list)
    issue_comments: list[StoredIssueComment] = field(default_factory=list)
    reactions: list[StoredReaction] = field(default_factory=list)
    #: By the id of the first comment of the thread.
    resolved: set[int] = field(default_factory=set)
    writes: list[Write] = field(default_factory=list)
    #: "repo, read:org" when the plain token is a classic one.
    token_scopes: str | None = None
    installations: Installations = field(default_factory=Installations)
    _ids: Iterator[int] = field(default_factory=lambda: count(1001))

    def move(self, full_name: str, to: str) -> None:
        """Give a repository another name, or owner. Its id stays, and its former name leads to it."""
        hosted = self.repositories.pop(full_name)
        there = replace(hosted, full_name=to, first_name=hosted.first_name or full_name)
        self.repositories[to] = there
        self.moved = {former: to if now_at == full_name else now_at for former, now_at in self.moved.items()}
        self.moved[full_name] = to
        for pull in [pull for pull in self.pulls.values() if pull.repository == hosted]:
            self.pulls[to, pull.number] = self.pulls.pop((full_name, pull.number))
            pull.repository = there
        for run in self.check_runs:
            run.repository = there if run.repository == hosted else run.repository

    def new_id(self) -> int:
        return next(self._ids)

    def next_number(self, repository: str) -> int:
        return max((number for name, number in self.pulls if name == repository), default=0) + 1
