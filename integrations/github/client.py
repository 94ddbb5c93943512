"""The calls to GitHub that reviews use, named as verbs.

`repository` is always the full name, "octo/app". Reads may be repeated; a write is sent once and raises
`OutcomeUnknown` when nobody can say whether it was applied: look (`list_reviews`, `list_check_runs`,
`list_issue_comments`) before writing again. Every error is a `GitHubError` with `permanent` and `retry_after`. The
`before_send` of a write is called immediately before its bytes leave and may raise to stop it: whoever was asleep
since they looked must look again.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx
import structlog

from integrations.github.connection import Connection
from integrations.github.credentials import Credential
from integrations.github.errors import DEFAULT_GATES, AnswerTooLarge, Gates, PayloadShapeUnexpected
from integrations.github.graphql import RESOLVE_REVIEW_THREAD, REVIEW_THREADS
from integrations.github.paths import FULL_NAME, OWNER, repository_path
from integrations.github.shapes import optional, required
from integrations.github.standing import Installation, TokenStanding
from integrations.github.types import (
    ChangedFile,
    CheckOutput,
    CheckRun,
    HookDelivery,
    IssueComment,
    PostedComment,
    PullRequest,
    Review,
    ReviewComment,
    ReviewThread,
)

_HOOK = re.compile(rf"app/hook|(?:repos/{FULL_NAME.pattern}|orgs/{OWNER})/hooks/[1-9][0-9]{{0,18}}")
# A hundred attempts each: more than an hour of twenty deliveries a second, and a fifth of a token's requests an hour.
MAX_HOOK_PAGES = 1_000
MAX_THREAD_PAGES = 50

log = structlog.get_logger(__name__)


class GitHub:
    """GitHub's REST API at `base_url` ("https://api.github.com"), acting by a plain token or by an App (see `app`).

    Errors that tell about GitHub as a whole name one of `gates`, or the gate of the bearer they met with.
    """

    def __init__(
        self,
        base_url: str,
        credential: str | Credential,
        *,
        gates: Gates = DEFAULT_GATES,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._connection = Connection(base_url, credential, gates=gates, transport=transport)

    def __repr__(self) -> str:
        return f"GitHub({self._connection.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def pull_request(self, repository: str, number: int) -> PullRequest:
        return PullRequest.from_payload(self._connection.get(f"{_pull(repository, number)}"))

    def list_changed_files(self, repository: str, number: int) -> list[ChangedFile]:
        """The files of the pull request at its present head, 3,000 at most, with the diff GitHub shows of each."""
        pages = self._connection.pages(f"{_pull(repository, number)}/files")
        return [ChangedFile.from_payload(item) for page in pages for item in _items(page)]

    def list_reviews(self, repository: str, number: int) -> list[Review]:
        """Every review, oldest first."""
        pages = self._connection.pages(f"{_pull(repository, number)}/reviews")
        return [Review.from_payload(item) for page in pages for item in _items(page)]

    def list_review_comments(self, repository: str, number: int, review_id: int) -> list[PostedComment]:
        """The inline comments of one review."""
        pages = self._connection.pages(f"{_pull(repository, number)}/reviews/{review_id:d}/comments")
        return [PostedComment.from_payload(item) for page in pages for item in _items(page)]

    def post_review(
        self,
        repository: str,
        number: int,
        *,
        head_sha: str,
        body: str,
        comments: Sequence[ReviewComment] = (),
        before_send: Callable[[], None] | None = None,
    ) -> Review:
        """Post one review with all its comments, or none of it.

        ValidationFailed when any comment is off the diff of merge base to `head_sha`; GitHub does not say which.
        """
        return self._connection.write(
            "POST",
            f"{_pull(repository, number)}/reviews",
            {
                "commit_id": head_sha,
                "event": "COMMENT",
                "body": body,
                "comments": [comment.as_payload() for comment in comments],
            },
            Review.from_payload,
            before_send=before_send,
        )

    def list_pull_comments(self, repository: str, number: int) -> list[PostedComment]:
        """Every comment on a line of the pull request, of all reviews and in all threads, oldest first."""
        pages = self._connection.pages(f"{_pull(repository, number)}/comments")
        return [PostedComment.from_payload(item) for page in pages for item in _items(page)]

    def reply(
        self,
        repository: str,
        number: int,
        comment_id: int,
        body: str,
        *,
        before_send: Callable[[], None] | None = None,
    ) -> PostedComment:
        """Reply in the thread that begins with this comment on a line."""
        return self._connection.write(
            "POST",
            f"{_pull(repository, number)}/comments/{comment_id:d}/replies",
            {"body": body},
            PostedComment.from_payload,
            before_send=before_send,
        )

    def list_review_threads(self, repository: str, number: int) -> list[ReviewThread]:
        """Every thread of the pull request on a line, resolved or not."""
        owner, _, name = repository.partition("/")
        variables: dict[str, Any] = {"owner": owner, "name": name, "number": number}
        found: list[ReviewThread] = []
        for _ in range(MAX_THREAD_PAGES):
            data = self._connection.graphql(repository, REVIEW_THREADS, variables)
            threads = required(data, "repository.pullRequest.reviewThreads", dict)
            found += filter(None, map(ReviewThread.from_payload, required(threads, "nodes", list)))
            if not optional(threads, "pageInfo.hasNextPage", bool, default=False):
                return found
            variables["after"] = required(threads, "pageInfo.endCursor", str)
        raise AnswerTooLarge(f"The threads of {repository}#{number} have more than {MAX_THREAD_PAGES} pages.")

    def resolve_thread(
        self, repository: str, thread_id: str, *, before_send: Callable[[], None] | None = None
    ) -> None:
        """Resolve a thread: twice is once. Forbidden to an App that may not write contents, whatever else it may."""
        variables = {"thread": thread_id}
        self._connection.graphql(repository, RESOLVE_REVIEW_THREAD, variables, before_send=before_send)

    def list_issue_comments(self, repository: str, number: int, *, since: datetime) -> list[IssueComment]:
        """The comments on the conversation that were written or changed from that second on, oldest first."""
        path = f"{repository_path(repository)}/issues/{number:d}/comments"
        pages = self._connection.pages(path, since=f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
        return [IssueComment.from_payload(item) for page in pages for item in _items(page)]

    def post_issue_comment(
        self, repository: str, number: int, body: str, *, before_send: Callable[[], None] | None = None
    ) -> IssueComment:
        """Comment on the conversation of a pull request."""
        return self._connection.write(
            "POST",
            f"{repository_path(repository)}/issues/{number:d}/comments",
            {"body": body},
            IssueComment.from_payload,
            before_send=before_send,
        )

    def issue_comment(self, repository: str, comment_id: int) -> IssueComment:
        """One comment on the conversation. NotFound when somebody deleted it."""
        path = f"{repository_path(repository)}/issues/comments/{comment_id:d}"
        return IssueComment.from_payload(self._connection.get(path))

    def edit_issue_comment(
        self, repository: str, comment_id: int, body: str, *, before_send: Callable[[], None] | None = None
    ) -> IssueComment:
        """Give a comment another text. Sent again the same text changes nothing, but it may undo a later one."""
        return self._connection.write(
            "PATCH",
            f"{repository_path(repository)}/issues/comments/{comment_id:d}",
            {"body": body},
            IssueComment.from_payload,
            before_send=before_send,
        )

    def react(
        self, repository: str, comment_id: int, content: str, *, before_send: Callable[[], None] | None = None
    ) -> None:
        """React to a comment on the conversation: "+1", "confused", "eyes" and the like.

        The same reaction twice is one, so an unknown outcome may be sent again.
        """
        self._connection.send(
            "POST",
            f"{repository_path(repository)}/issues/comments/{comment_id:d}/reactions",
            {"content": content},
            before_send=before_send,
        )

    def list_check_runs(self, repository: str, head_sha: str, name: str) -> list[CheckRun]:
        """The check runs of that name on the commit, superseded ones included."""
        path = f"{repository_path(repository)}/commits/{head_sha}/check-runs"
        pages = self._connection.pages(path, check_name=name, filter="all")
        return [CheckRun.from_payload(item) for page in pages for item in required(page, "check_runs", list)]

    def create_check_run(
        self,
        repository: str,
        *,
        name: str,
        head_sha: str,
        status: str = "queued",
        external_id: str = "",
        conclusion: str | None = None,
        output: CheckOutput | None = None,
        details_url: str = "",
        before_send: Callable[[], None] | None = None,
    ) -> CheckRun:
        """`status` is "queued", "in_progress" or "completed"; completed needs a `conclusion`."""
        named = {"name": name, "head_sha": head_sha, "external_id": external_id, "details_url": details_url}
        return self._connection.write(
            "POST",
            f"{repository_path(repository)}/check-runs",
            {key: value for key, value in named.items() if value} | _check_state(status, conclusion, output),
            CheckRun.from_payload,
            before_send=before_send,
        )

    def update_check_run(
        self,
        repository: str,
        check_run_id: int,
        *,
        status: str,
        conclusion: str | None = None,
        output: CheckOutput | None = None,
        before_send: Callable[[], None] | None = None,
    ) -> CheckRun:
        """Set the state again: the same update twice is harmless, so an unknown outcome may be sent again."""
        return self._connection.write(
            "PATCH",
            f"{repository_path(repository)}/check-runs/{check_run_id:d}",
            _check_state(status, conclusion, output),
            CheckRun.from_payload,
            before_send=before_send,
        )

    def hook_deliveries(self, hook: str, *, since: datetime) -> Iterator[HookDelivery]:
        """The attempts of a webhook from that second on, newest first, read page by page as they are taken.

        `hook` is its path in the API: repos/octo/app/hooks/1, orgs/octo/hooks/1 or app/hook. GitHub remembers three
        days. An item that cannot be read is left out, and logged. AnswerTooLarge after so many that there is no end
        to them.
        """
        start = since.replace(microsecond=0)  # GitHub may give whole seconds
        for page in self._connection.pages(f"{_hook(hook)}/deliveries", at_most=MAX_HOOK_PAGES):
            deliveries = list(_readable(_items(page)))
            recent = [delivery for delivery in deliveries if delivery.delivered_at >= start]
            yield from recent
            if len(recent) < len(deliveries):
                return

    def redeliver(self, hook: str, attempt_id: int) -> None:
        """Ask GitHub to send a webhook again under its guid: it does so soon, and lists it as a new attempt."""
        self._connection.send("POST", f"{_hook(hook)}/deliveries/{attempt_id:d}/attempts")

    def token_standing(self) -> TokenStanding:
        """What GitHub tells of our plain token; asked once. It costs nothing."""
        return TokenStanding.from_answer(self._connection.send("GET", "/rate_limit"))

    def installations(self) -> list[Installation]:
        """Where our App is installed."""
        pages = self._connection.pages("/app/installations")
        return [Installation.from_payload(item) for page in pages for item in _items(page)]


def is_hook(path: str) -> bool:
    """Whether it is a webhook's path in the API, such as repos/octo/app/hooks/1."""
    return bool(_HOOK.fullmatch(path))


def _hook(path: str) -> str:
    if not is_hook(path):
        raise ValueError(f"{path!r} is no webhook's path, such as repos/octo/app/hooks/1.")
    return f"/{path}"


def _pull(full_name: str, number: int) -> str:
    return f"{repository_path(full_name)}/pulls/{number:d}"


def _check_state(status: str, conclusion: str | None, output: CheckOutput | None) -> dict[str, Any]:
    state: dict[str, Any] = {"status": status}
    if conclusion is not None:
        state["conclusion"] = conclusion
    if output is not None:
        state["output"] = output.as_payload()
    return state


def _readable(items: list[Any]) -> Iterator[HookDelivery]:
    for item in items:
        try:
            yield HookDelivery.from_payload(item)
        except PayloadShapeUnexpected as error:
            log.warning("github.delivery_unreadable", error=str(error))


def _items(page: Any) -> list[Any]:
    if not isinstance(page, list):
        raise PayloadShapeUnexpected("A page of a list is no list.")
    return page
