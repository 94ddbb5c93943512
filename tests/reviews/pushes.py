"""Pushes to a pull request, each reviewed to its end."""

from dataclasses import replace
from itertools import count

from integrations.github.standin.records import StoredComment
from jobs.models import WorkflowJob
from jobs.testing import drain
from reviews.models import Review
from reviews.purposes import REVIEW
from reviews.requests import PullRequestRef, request_review
from tests.reviews.parts import REPOSITORY, PullRequest

_names = count(1)


def ask(pull: PullRequest, *, purpose: str = REVIEW) -> WorkflowJob:
    ref = PullRequestRef(
        organization="octo",
        installation_id=None,
        repository=REPOSITORY,
        repository_id=pull.repository_id,
        number=pull.number,
        head_sha=pull.head_sha,
    )
    return request_review(ref, trigger="opened", purpose=purpose).job


def reviewed(pull: PullRequest, *, purpose: str = REVIEW) -> Review:
    """What came of the review of this head."""
    ask(pull, purpose=purpose)
    drain()
    return Review.objects.get(head_sha=pull.head_sha, purpose=purpose)


def pushed(pull: PullRequest, files: dict[str, str | bytes | None], *, start: str = "") -> PullRequest:
    """The pull request with one commit more, or with another commit on `start`."""
    head_sha = pull.repo.branch(f"push-{next(_names)}", files, start=start or pull.head_sha)
    return moved(pull, head_sha)


def moved(pull: PullRequest, head_sha: str) -> PullRequest:
    pull.standin.push(REPOSITORY, pull.number, head_sha)
    return replace(pull, head_sha=head_sha)


def on_lines(pull: PullRequest) -> dict[int, StoredComment]:
    """The comments that begin a thread, by their lines at that time."""
    comments = pull.standin.review_comments(REPOSITORY, pull.number)
    return {comment.line: comment for comment in comments if not comment.in_reply_to}


def replies(pull: PullRequest) -> dict[int, str]:
    """By the comment they reply to, the first line of our replies; a second reply fails."""
    found: dict[int, str] = {}
    for comment in pull.standin.review_comments(REPOSITORY, pull.number):
        if comment.in_reply_to:
            assert comment.in_reply_to not in found
            found[comment.in_reply_to] = comment.body.splitlines()[0]
    return found
