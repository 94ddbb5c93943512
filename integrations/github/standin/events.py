"""The bodies of the webhooks the stand-in sends, in the shape of GitHub's own."""

from typing import Any

from integrations.github.standin import payloads, writings
from integrations.github.standin.hosted import HostedRepository
from integrations.github.standin.payloads import INSTALLATION_ID, Links, node_id
from integrations.github.standin.records import Pull, StoredIssueComment

ZERO_SHA = "0" * 40


def pull_request(links: Links, pull: Pull, action: str, **more: str) -> dict[str, Any]:
    """`more` is what the action adds: `before` and `after` of a synchronize."""
    return {
        "action": action,
        "number": pull.number,
        "pull_request": payloads.pull_request(links, pull),
        **more,
        **_context(links, pull.repository, pull.author),
    }


def issue_comment(links: Links, comment: StoredIssueComment) -> dict[str, Any]:
    return {
        "action": "created",
        "issue": _issue(links, comment.pull),
        "comment": writings.issue_comment(links, comment),
        **_context(links, comment.pull.repository, comment.author),
    }


def push(links: Links, hosted: HostedRepository, *, branch: str, before: str, after: str) -> dict[str, Any]:
    created = before == ZERO_SHA
    shas = [after] if created else hosted.commits(before, after)
    commits = [_commit(links, hosted, sha) for sha in shas]
    compared = f"{before[:12]}...{after[:12]}"
    return {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": after,
        "created": created,
        "deleted": False,
        "forced": not created and not hosted.contains(after, before),
        "base_ref": None,
        "compare": f"{links.root}/{hosted.full_name}/compare/{compared}",
        "commits": commits,
        "head_commit": commits[-1] if commits else None,
        "pusher": {"name": hosted.owner, "email": f"{hosted.owner}@users.noreply.github.com"},
        **_context(links, hosted, hosted.owner),
    }


def ping(links: Links, hosted: HostedRepository, *, url: str | None) -> dict[str, Any]:
    api = f"{links.repository(hosted)}/hooks/1"
    hook = {
        "type": "Repository",
        "id": 1,
        "name": "web",
        "active": True,
        "events": ["*"],
        "config": {"content_type": "json", "url": url or "", "insecure_ssl": "0"},
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-01T00:00:00Z",
        "url": api,
        "test_url": f"{api}/test",
        "ping_url": f"{api}/pings",
        "last_response": {"code": None, "status": "unused", "message": None},
    }
    context = _context(links, hosted, hosted.owner)
    return {"zen": "Keep it logically awesome.", "hook_id": 1, "hook": hook, **context}


def _context(links: Links, hosted: HostedRepository, sender: str) -> dict[str, Any]:
    organization = payloads.user(links, hosted.owner, "Organization")
    wanted = ("login", "id", "node_id", "url", "repos_url", "events_url", "avatar_url")
    return {
        "repository": payloads.repository(links, hosted),
        "organization": {key: organization[key] for key in wanted} | {"description": None},
        "sender": payloads.user(links, sender),
        "installation": {
            "id": INSTALLATION_ID,
            "node_id": node_id("Installation", INSTALLATION_ID),
        },
    }


def _issue(links: Links, pull: Pull) -> dict[str, Any]:
    full = payloads.pull_request(links, pull)
    same = ("id", "node_id", "number", "title", "user", "labels", "state", "locked", "assignee", "assignees")
    also = ("milestone", "comments", "created_at", "updated_at", "closed_at", "author_association", "body")
    api = links.issue(pull)
    return {
        "url": api,
        "repository_url": links.repository(pull.repository),
        "labels_url": f"{api}/labels{{/name}}",
        "comments_url": f"{api}/comments",
        "events_url": f"{api}/events",
        "html_url": links.pull_page(pull),
        **{key: full[key] for key in (*same, *also, "active_lock_reason", "draft")},
        "pull_request": {key: full[key] for key in ("url", "html_url", "diff_url", "patch_url", "merged_at")},
    }


def _commit(links: Links, hosted: HostedRepository, sha: str) -> dict[str, Any]:
    person = {"name": hosted.owner, "email": f"{hosted.owner}@users.noreply.github.com"}
    return {
        "id": sha,
        "tree_id": hosted.tree(sha),
        "distinct": True,
        "message": hosted.commit_message(sha),
        "timestamp": "2024-01-01T00:00:00Z",
        "url": f"{links.root}/{hosted.full_name}/commit/{sha}",
        "author": person,
        "committer": person,
        **hosted.touched(sha),
    }
