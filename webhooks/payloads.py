"""The events the door acts on, as frozen values read from decoded JSON. Pure.

`parse` takes what is needed and ignores the rest, so GitHub may add fields. What is needed and missing, of another
type or out of bounds, is PayloadInvalid with the path. Addresses in a payload are never read: they are built from
the repository's name and our own settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from webhooks.fields import (
    MAX_COMMENT,
    MAX_NUMBER,
    flag_at,
    full_name_at,
    object_at,
    sha_at,
    text_at,
    text_or_empty,
    time_or_none,
    whole_at,
    whole_or_none,
)


@dataclass(frozen=True, slots=True)
class Repository:
    id: int
    full_name: str
    installation_id: int | None

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> Self:
        return cls(
            id=whole_at(payload, "repository.id"),
            full_name=full_name_at(payload, "repository.full_name"),
            installation_id=whole_at(payload, "installation.id") if payload.get("installation") else None,
        )

    @property
    def organization(self) -> str:
        return self.full_name.split("/")[0]


@dataclass(frozen=True, slots=True)
class PullRequestEvent:
    action: str
    repository: Repository
    number: int
    author: str
    head_sha: str
    base_sha: str
    as_of: datetime | None

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> Self:
        return cls(
            action=text_at(payload, "action"),
            repository=Repository.parse(payload),
            number=whole_at(payload, "pull_request.number", limit=MAX_NUMBER),
            author=text_or_empty(payload, "pull_request.user.login"),
            head_sha=sha_at(payload, "pull_request.head.sha"),
            base_sha=sha_at(payload, "pull_request.base.sha"),
            as_of=time_or_none(payload, "pull_request.updated_at"),
        )


@dataclass(frozen=True, slots=True)
class IssueCommentEvent:
    """`commenter*` is who wrote the comment, `author` whose pull request it is on.

    A comment does not name the head: the review finds it.
    """

    head_sha: ClassVar[str] = ""
    base_sha: ClassVar[str] = ""

    repository: Repository
    number: int
    on_pull_request: bool
    is_open: bool
    comment_id: int
    body: str
    author: str
    commenter: str
    commenter_is_bot: bool
    commenter_association: str
    is_own_pull_request: bool
    as_of: datetime | None

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> Self:
        login = text_at(payload, "comment.user.login")
        kind = text_at(payload, "comment.user.type")
        return cls(
            repository=Repository.parse(payload),
            number=whole_at(payload, "issue.number", limit=MAX_NUMBER),
            on_pull_request=bool(object_at(payload, "issue").get("pull_request")),
            is_open=text_at(payload, "issue.state") == "open",
            comment_id=whole_at(payload, "comment.id"),
            body=text_at(payload, "comment.body", limit=MAX_COMMENT),
            author=text_or_empty(payload, "issue.user.login"),
            commenter=login,
            commenter_is_bot=kind == "Bot" or login.endswith("[bot]"),
            commenter_association=text_at(payload, "comment.author_association"),
            is_own_pull_request=whole_at(payload, "comment.user.id") == whole_at(payload, "issue.user.id"),
            as_of=time_or_none(payload, "comment.created_at"),
        )


@dataclass(frozen=True, slots=True)
class PushEvent:
    repository: Repository
    ref: str
    deleted: bool
    head_sha: str
    default_branch: str

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> Self:
        return cls(
            repository=Repository.parse(payload),
            ref=text_at(payload, "ref", limit=1_024),
            deleted=flag_at(payload, "deleted"),
            head_sha=sha_at(payload, "after"),
            default_branch=text_at(payload, "repository.default_branch", limit=1_024),
        )

    @property
    def is_to_default_branch(self) -> bool:
        return self.ref == f"refs/heads/{self.default_branch}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What any delivery says about itself, as far as it does: for finding it again, never for deciding."""

    action: str
    repository: str
    sender: str
    installation_id: int | None

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> Self:
        return cls(
            action=text_or_empty(payload, "action"),
            repository=text_or_empty(payload, "repository.full_name"),
            sender=text_or_empty(payload, "sender.login"),
            installation_id=whole_or_none(payload, "installation.id"),
        )
