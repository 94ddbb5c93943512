"""GitHub's JSON for what is written on a pull request: reviews, comments, check runs."""

from collections.abc import Iterable, Sequence
from typing import Any

from integrations.github.standin.payloads import Links, node_id, user
from integrations.github.standin.records import (
    StoredCheckRun,
    StoredComment,
    StoredIssueComment,
    StoredReaction,
    StoredReview,
)

REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


def review(links: Links, stored: StoredReview) -> dict[str, Any]:
    page = f"{links.pull_page(stored.pull)}#pullrequestreview-{stored.id}"
    return {
        "id": stored.id,
        "node_id": node_id("PullRequestReview", stored.id),
        "user": user(links, stored.author),
        "body": stored.body,
        "state": stored.state,
        "html_url": page,
        "pull_request_url": links.pull(stored.pull),
        "author_association": "NONE",
        "_links": {"html": {"href": page}, "pull_request": {"href": links.pull(stored.pull)}},
        "submitted_at": stored.submitted_at,
        "commit_id": stored.commit_id,
    }


def review_comment(links: Links, stored: StoredComment, reactions: Iterable[StoredReaction] = ()) -> dict[str, Any]:
    pull = stored.review.pull
    api = f"{links.repository(pull.repository)}/pulls/comments/{stored.id}"
    page = f"{links.pull_page(pull)}#discussion_r{stored.id}"
    return {
        "id": stored.id,
        "node_id": node_id("PullRequestReviewComment", stored.id),
        "pull_request_review_id": stored.review.id,
        "url": api,
        "html_url": page,
        "pull_request_url": links.pull(pull),
        "path": stored.path,
        "body": stored.body,
        "diff_hunk": stored.diff_hunk,
        "position": stored.position,
        "original_position": stored.position,
        "line": stored.line,
        "original_line": stored.line,
        "side": stored.side,
        "start_line": stored.start_line,
        "original_start_line": stored.start_line,
        "start_side": stored.start_side,
        "commit_id": stored.review.commit_id,
        "original_commit_id": stored.review.commit_id,
        "user": user(links, stored.review.author),
        "author_association": "NONE",
        "created_at": stored.review.submitted_at,
        "updated_at": stored.review.submitted_at,
        **({"in_reply_to_id": stored.in_reply_to} if stored.in_reply_to else {}),
        "reactions": _rollup(api, [reaction.content for reaction in reactions if reaction.comment is stored]),
        "_links": {
            "self": {"href": api},
            "html": {"href": page},
            "pull_request": {"href": links.pull(pull)},
        },
    }


def _rollup(api: str, contents: Sequence[str]) -> dict[str, Any]:
    counts = {content: contents.count(content) for content in REACTIONS}
    return {"url": f"{api}/reactions", "total_count": len(contents), **counts}


def issue_comment(links: Links, stored: StoredIssueComment) -> dict[str, Any]:
    return {
        "id": stored.id,
        "node_id": node_id("IssueComment", stored.id),
        "url": f"{links.repository(stored.pull.repository)}/issues/comments/{stored.id}",
        "html_url": f"{links.pull_page(stored.pull)}#issuecomment-{stored.id}",
        "issue_url": links.issue(stored.pull),
        "user": user(links, stored.author),
        "created_at": stored.created_at,
        "updated_at": stored.updated_at,
        "author_association": stored.association,
        "body": stored.body,
        "performed_via_github_app": None,
    }


def reaction(links: Links, stored: StoredReaction) -> dict[str, Any]:
    return {
        "id": stored.id,
        "node_id": node_id("Reaction", stored.id),
        "user": user(links, stored.author),
        "content": stored.content,
        "created_at": stored.created_at,
    }


def check_run(links: Links, stored: StoredCheckRun) -> dict[str, Any]:
    api = f"{links.repository(stored.repository)}/check-runs/{stored.id}"
    return {
        "id": stored.id,
        "node_id": node_id("CheckRun", stored.id),
        "name": stored.name,
        "head_sha": stored.head_sha,
        "external_id": stored.external_id,
        "url": api,
        "html_url": f"{links.root}/{stored.repository.full_name}/runs/{stored.id}",
        "details_url": stored.details_url,
        "status": stored.status,
        "conclusion": stored.conclusion,
        "started_at": stored.started_at,
        "completed_at": stored.completed_at,
        "output": {
            "title": stored.output.get("title"),
            "summary": stored.output.get("summary"),
            "text": stored.output.get("text"),
            "annotations_count": len(stored.output.get("annotations", [])),
            "annotations_url": f"{api}/annotations",
        },
        "check_suite": None,
        "app": None,
        "pull_requests": [],
    }
