"""What we read from and send to GitHub, as frozen values. `from_payload` takes GitHub's JSON; see `shapes`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from integrations.github.shapes import (
    optional,
    optional_id,
    required,
    required_guid,
    required_id,
    required_instant,
    required_sha,
)


@dataclass(frozen=True, slots=True)
class Actor:
    login: str
    type: str  # "User", "Bot" or "Organization"

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        return cls(required(payload, "login", str), optional(payload, "type", str, "User"))


@dataclass(frozen=True, slots=True)
class RepositoryRef:
    id: int
    full_name: str
    default_branch: str

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        return cls(
            id=required(payload, "id", int),
            full_name=required(payload, "full_name", str),
            default_branch=optional(payload, "default_branch", str, ""),
        )


@dataclass(frozen=True, slots=True)
class PullRequest:
    number: int
    title: str
    body: str
    state: str  # "open" or "closed"
    draft: bool
    merged: bool
    locked: bool
    head_sha: str
    head_ref: str
    head_repository: RepositoryRef | None  # None when the fork is gone
    base_sha: str  # the tip of the base branch as GitHub last saw it, not the merge base
    base_ref: str
    base_repository: RepositoryRef
    author: Actor | None  # None when the account is gone
    labels: tuple[str, ...]
    changed_files: int
    additions: int
    deletions: int

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        head_repository = optional(payload, "head.repo", dict, None)
        author = optional(payload, "user", dict, None)
        return cls(
            number=required(payload, "number", int),
            title=optional(payload, "title", str, ""),
            body=optional(payload, "body", str, ""),
            state=required(payload, "state", str),
            draft=optional(payload, "draft", bool, False),
            merged=optional(payload, "merged", bool, False),
            locked=optional(payload, "locked", bool, False),
            head_sha=required_sha(payload, "head.sha"),
            head_ref=required(payload, "head.ref", str),
            head_repository=RepositoryRef.from_payload(head_repository) if head_repository else None,
            base_sha=required_sha(payload, "base.sha"),
            base_ref=required(payload, "base.ref", str),
            base_repository=RepositoryRef.from_payload(required(payload, "base.repo", dict)),
            author=Actor.from_payload(author) if author else None,
            labels=_names(optional(payload, "labels", list, [])),
            changed_files=optional(payload, "changed_files", int, 0),
            additions=optional(payload, "additions", int, 0),
            deletions=optional(payload, "deletions", int, 0),
        )


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """`patch` is the hunks as GitHub shows them; None for a binary file, and for one whose diff it finds too large."""

    path: str
    patch: str | None

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        return cls(required(payload, "filename", str), optional(payload, "patch", str, None))


@dataclass(frozen=True, slots=True)
class ReviewComment:
    """A comment to post with a review. Lines count from 1 in the file as it is on `side` of the diff."""

    path: str
    line: int
    body: str
    side: str = "RIGHT"
    start_line: int | None = None  # first line of several; must be below `line` and in the same hunk

    def as_payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "path": self.path,
            "line": self.line,
            "side": self.side,
            "body": self.body,
        }
        if self.start_line is not None:
            payload |= {"start_line": self.start_line, "start_side": self.side}
        return payload


@dataclass(frozen=True, slots=True)
class PostedComment:
    """A comment on a line of the diff. The first of a thread is in reply to none."""

    id: int
    path: str
    body: str
    line: int | None  # None when the comment is on an outdated line
    review_id: int | None = None
    in_reply_to: int | None = None
    thumbs_up: int = 0
    thumbs_down: int = 0

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        return cls(
            id=required(payload, "id", int),
            path=required(payload, "path", str),
            body=optional(payload, "body", str, ""),
            line=optional(payload, "line", int, None),
            review_id=optional_id(payload, "pull_request_review_id"),
            in_reply_to=optional_id(payload, "in_reply_to_id"),
            thumbs_up=optional(payload, "reactions.+1", int, 0),
            thumbs_down=optional(payload, "reactions.-1", int, 0),
        )


@dataclass(frozen=True, slots=True)
class ReviewThread:
    """The thread that begins with a comment on a line. Its id is GraphQL's."""

    id: str
    comment_id: int
    is_resolved: bool

    @classmethod
    def from_payload(cls, payload: Any) -> Self | None:
        """None for a thread whose first comment is gone."""
        first = next(iter(required(payload, "comments.nodes", list)), None)
        if first is None:
            return None
        return cls(
            id=required(payload, "id", str),
            comment_id=required_id(first, "databaseId"),
            is_resolved=required(payload, "isResolved", bool),
        )


@dataclass(frozen=True, slots=True)
class IssueComment:
    """A comment on the conversation of a pull request, which GitHub keeps as that of an issue."""

    id: int
    body: str

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        return cls(id=required_id(payload, "id"), body=optional(payload, "body", str, ""))


@dataclass(frozen=True, slots=True)
class Review:
    id: int
    state: str  # "COMMENTED", "APPROVED", "CHANGES_REQUESTED", "DISMISSED" or "PENDING"
    body: str
    commit_id: str | None
    author: Actor | None
    html_url: str

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        author = optional(payload, "user", dict, None)
        return cls(
            id=required(payload, "id", int),
            state=required(payload, "state", str),
            body=optional(payload, "body", str, ""),
            commit_id=optional(payload, "commit_id", str, None),
            author=Actor.from_payload(author) if author else None,
            html_url=optional(payload, "html_url", str, ""),
        )


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """What a check run shows. GitHub takes 65,535 characters each for summary and text."""

    title: str
    summary: str
    text: str = ""

    def as_payload(self) -> dict[str, str]:
        payload = {"title": self.title, "summary": self.summary}
        return payload | {"text": self.text} if self.text else payload


@dataclass(frozen=True, slots=True)
class CheckRun:
    id: int
    name: str
    head_sha: str
    external_id: str
    status: str  # "queued", "in_progress" or "completed"
    conclusion: str | None
    html_url: str

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        return cls(
            id=required(payload, "id", int),
            name=required(payload, "name", str),
            head_sha=required(payload, "head_sha", str),
            external_id=optional(payload, "external_id", str, ""),
            status=required(payload, "status", str),
            conclusion=optional(payload, "conclusion", str, None),
            html_url=optional(payload, "html_url", str, ""),
        )


@dataclass(frozen=True, slots=True)
class HookDelivery:
    """One attempt to send a webhook. The attempts of one delivery share their `guid`, the `X-GitHub-Delivery`."""

    id: int
    guid: UUID
    delivered_at: datetime
    redelivery: bool
    status: str  # "OK", or what went wrong
    status_code: int  # 0 when no answer came
    event: str
    action: str | None
    repository_id: int | None

    @classmethod
    def from_payload(cls, payload: Any) -> Self:
        return cls(
            id=required_id(payload, "id"),
            guid=required_guid(payload, "guid"),
            delivered_at=required_instant(payload, "delivered_at"),
            redelivery=optional(payload, "redelivery", bool, False),
            status=required(payload, "status", str),
            status_code=optional(payload, "status_code", int, 0),
            event=required(payload, "event", str),
            action=optional(payload, "action", str, None),
            repository_id=optional_id(payload, "repository_id"),
        )

    @property
    def succeeded(self) -> bool:
        return self.status == "OK"


def _names(labels: list[Any]) -> tuple[str, ...]:
    return tuple(optional(label, "name", str, "") for label in labels)
