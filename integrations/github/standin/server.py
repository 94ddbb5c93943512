"""`StandIn`: the running server, and the verbs by which a test or the demo acts as people do on GitHub."""

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from re import compile as compile_pattern
from types import TracebackType
from typing import Any, Self

from integrations.github.standin import events
from integrations.github.standin.deliveries import Delivery, Hook
from integrations.github.standin.faults import Fault, Faults
from integrations.github.standin.handler import Hosting, Server
from integrations.github.standin.hosted import HostedRepository
from integrations.github.standin.installations import Installations
from integrations.github.standin.log import Log
from integrations.github.standin.payloads import Links
from integrations.github.standin.records import (
    Pull,
    Records,
    StoredCheckRun,
    StoredComment,
    StoredIssueComment,
    StoredReaction,
    StoredReview,
    Write,
    now,
)
from integrations.github.standin.state import delivery_summary, state
from integrations.github.standin.weather import Forecast, Weather

VERBS = frozenset(
    {
        "open_pull_request",
        "push",
        "push_branch",
        "close",
        "reopen",
        "convert_to_draft",
        "ready_for_review",
        "comment",
        "react_to",
        "resolve",
        "ping",
        "redeliver",
        "fail_next",
        "set_weather",
    }
)


class StandIn:
    """GitHub for a few local repositories, on a loopback port. Use as a context manager.

    `repositories` maps full names to git directories. Every verb below sends its webhook, signed with `secret`, to
    `webhook_url` and returns once it was answered, or at once if it `waits` not; with no address the delivery is only
    remembered. REST wants `token`, or what the App of `installations` has; git wants it for private repositories only.
    """

    def __init__(
        self,
        repositories: Mapping[str, Path] | None = None,
        *,
        webhook_url: str | None = None,
        secret: bytes = b"standin-secret",
        token: str = "standin-token",  # noqa: S107 - a token for a server of our own on loopback
        port: int = 0,
        waits: bool = True,
        log: Path | None = None,
    ) -> None:
        self.records = Records()
        self.log = Log(log)
        self._forecast = Forecast()
        self.hook = Hook(webhook_url, secret, self.log, self._forecast, waits=waits)
        self.token = token
        self._faults = Faults()
        hosting = Hosting(
            self.records, self.hook, self._faults, self._forecast, token, self.log, self.state, self._perform
        )
        self._server = Server(port, hosting)
        for full_name, path in (repositories or {}).items():
            self.add_repository(full_name, path)

    def __enter__(self) -> Self:
        self.log.write("started", pid=os.getpid())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.hook.close()
        self.log.close()

    @property
    def links(self) -> Links:
        return self._server.links

    @property
    def installations(self) -> Installations:
        """Where a GitHub App is registered and installed; there is none at first."""
        return self.records.installations

    @property
    def base_url(self) -> str:
        """Where the REST API is: the client's `base_url`."""
        return self.links.api

    @property
    def git_url(self) -> str:
        """Where repositories are fetched: `{git_url}/OWNER/NAME.git`."""
        return self.links.root

    # What people do

    def add_repository(
        self, full_name: str, path: Path, *, default_branch: str = "main", private: bool = False
    ) -> HostedRepository:
        hosted = HostedRepository(full_name, Path(path).resolve(), default_branch, private)
        self.records.repositories[full_name] = hosted
        return hosted

    def open_pull_request(
        self,
        repository: str,
        *,
        base: str,
        head: str,
        title: str,
        body: str = "",
        author: str = "octocat",
        draft: bool = False,
        labels: Sequence[str] = (),
        number: int | None = None,
    ) -> int:
        """The new pull request's number. `base` and `head` are branches, refs or commit ids."""
        hosted = self.records.repositories[repository]
        with self.records.lock:
            number = number or self.records.next_number(repository)
            if (repository, number) in self.records.pulls:
                raise ValueError(f"{repository} has a pull request {number} already.")
            pull = Pull(
                id=self.records.new_id(),
                repository=hosted,
                number=number,
                title=title,
                body=body,
                author=author,
                head_ref=hosted.branch_of(head) or f"change-{number}",
                head_sha=hosted.resolve(head),
                base_ref=hosted.branch_of(base) or hosted.default_branch,
                base_sha=hosted.resolve(base),
                draft=draft,
                labels=tuple(labels),
            )
            hosted.point(f"refs/pull/{number}/head", pull.head_sha)
            self.records.pulls[repository, number] = pull
            self._log_change(pull, "opened")
        self._tell(pull, "opened")
        return number

    def push(self, repository: str, number: int, head: str) -> Delivery:
        """Give the pull request a new head commit, which the repository must hold already."""
        with self.records.lock:
            pull = self.records.pulls[repository, number]
            before, after = pull.head_sha, pull.repository.resolve(head)
            pull.past_heads.append(before)
            pull.head_sha, pull.updated_at = after, now()
            pull.repository.point(f"refs/pull/{number}/head", after)
            self._log_change(pull, "synchronize")
        return self._tell(pull, "synchronize", before=before, after=after)

    def push_branch(self, repository: str, branch: str, head: str) -> Delivery:
        """Move a branch, made when missing, to a commit the repository holds already."""
        hosted = self.records.repositories[repository]
        ref = f"refs/heads/{branch}"
        before = hosted.resolve(ref) if hosted.branch_of(branch) else events.ZERO_SHA
        after = hosted.resolve(head)
        hosted.point(ref, after)
        return self.hook.send("push", events.push(self.links, hosted, branch=branch, before=before, after=after))

    def close(self, repository: str, number: int, *, merged: bool = False) -> Delivery:
        changes = {"state": "closed", "merged": merged, "closed_at": now()}
        return self._change(repository, number, "closed", changes)

    def reopen(self, repository: str, number: int) -> Delivery:
        return self._change(repository, number, "reopened", {"state": "open", "closed_at": None})

    def convert_to_draft(self, repository: str, number: int) -> Delivery:
        return self._change(repository, number, "converted_to_draft", {"draft": True})

    def ready_for_review(self, repository: str, number: int) -> Delivery:
        return self._change(repository, number, "ready_for_review", {"draft": False})

    def lock(self, repository: str, number: int) -> Delivery:
        return self._change(repository, number, "locked", {"locked": True})

    def move(self, repository: str, to: str) -> None:
        """Rename a repository, or transfer it to another owner. The event of it is not sent."""
        with self.records.lock:
            self.records.move(repository, to)

    def comment(
        self, repository: str, number: int, body: str, *, author: str = "octocat", association: str = "MEMBER"
    ) -> Delivery:
        """Comment on the conversation of a pull request."""
        with self.records.lock:
            pull = self.records.pulls[repository, number]
            stored = StoredIssueComment(self.records.new_id(), pull, author, body, now(), association)
            self.records.issue_comments.append(stored)
        return self.hook.send("issue_comment", events.issue_comment(self.links, stored))

    def react_to(self, comment_id: int, content: str, *, author: str = "octocat") -> None:
        """React to a comment, on the conversation or on a line. GitHub sends no webhook for it."""
        with self.records.lock:
            comments: list[StoredIssueComment | StoredComment] = [*self.records.issue_comments, *self.records.comments]
            comment = next(comment for comment in comments if comment.id == comment_id)
            self.records.reactions.append(StoredReaction(self.records.new_id(), comment, author, content, now()))

    def resolve(self, comment_id: int) -> None:
        """Resolve the thread that begins with this comment on a line, as its readers may."""
        with self.records.lock:
            self.records.resolved.add(comment_id)

    def ping(self, repository: str) -> Delivery:
        hosted = self.records.repositories[repository]
        return self.hook.send("ping", events.ping(self.links, hosted, url=self.hook.url))

    def redeliver(self, delivery_id: str) -> Delivery:
        return self.hook.redeliver(delivery_id)

    def fail_next(
        self,
        method: str,
        path: str,
        *,
        status: int | None = None,
        applied: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """The next `method` request whose path matches the pattern `path` fails: with `status`, or with no answer.

        `applied` does what was asked first, as when an answer is lost on its way back.
        """
        fault = Fault("ordered", status, applied, dict(headers or {}))
        self._faults.ordered.append((method, compile_pattern(path), fault))

    def set_weather(self, **description: Any) -> None:
        """From now on the `Weather` of this description, from the start of its seed; fair without any."""
        weather = Weather(**description)
        with self.records.lock:
            self._forecast.change(weather)
            self.log.write("weather", **asdict(weather))

    # What is there to see

    @property
    def deliveries(self) -> list[Delivery]:
        return self.hook.deliveries

    @property
    def writes(self) -> list[Write]:
        """Every request that was to change something, in order, with its time and outcome."""
        return self.records.writes

    def reviews(self, repository: str, number: int) -> list[StoredReview]:
        pull = self.records.pulls[repository, number]
        return [review for review in self.records.reviews if review.pull is pull]

    def review_comments(self, repository: str, number: int) -> list[StoredComment]:
        pull = self.records.pulls[repository, number]
        return [comment for comment in self.records.comments if comment.review.pull is pull]

    def issue_comments(self, repository: str, number: int) -> list[StoredIssueComment]:
        pull = self.records.pulls[repository, number]
        return [comment for comment in self.records.issue_comments if comment.pull is pull]

    def reactions(self, comment_id: int) -> list[str]:
        """What our reactions to the comment are, in order."""
        return [reaction.content for reaction in self.records.reactions if reaction.comment.id == comment_id]

    def check_runs(self, repository: str, head_sha: str) -> list[StoredCheckRun]:
        hosted = self.records.repositories[repository]
        wanted = hosted, head_sha
        return [run for run in self.records.check_runs if (run.repository, run.head_sha) == wanted]

    def state(self) -> dict[str, Any]:
        """All of it as JSON, for whoever watches from another process."""
        return state(self.records, self.links, self.deliveries)

    def _change(self, repository: str, number: int, action: str, changes: Mapping[str, Any]) -> Delivery:
        with self.records.lock:
            pull = self.records.pulls[repository, number]
            for name, value in {**changes, "updated_at": now()}.items():
                setattr(pull, name, value)
            self._log_change(pull, action)
        return self._tell(pull, action)

    def _log_change(self, pull: Pull, change: str) -> None:
        self.log.write(
            "pull_request",
            change=change,
            pull_request=pull.full_name,
            head=pull.head_sha,
            base=pull.base_sha,
            state=pull.state,
            draft=pull.draft,
            merged=pull.merged,
        )

    def _tell(self, pull: Pull, action: str, **more: str) -> Delivery:
        return self.hook.send("pull_request", events.pull_request(self.links, pull, action, **more))

    def _perform(self, verb: str, arguments: dict[str, Any]) -> Any:
        """A verb asked for over HTTP."""
        if verb not in VERBS:
            raise KeyError(verb)
        result = getattr(self, verb)(**arguments)
        return delivery_summary(result) if isinstance(result, Delivery) else result
