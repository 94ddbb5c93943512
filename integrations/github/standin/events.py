"""The bodies of the webhooks the stand-in sends, in the shape of GitHub's own."""

import time
from typing import Any

from integrations.github.standin import payloads, writings
from integrations.github.standin.hosted import HostedRepository
from integrations.github.standin.installations import installation_id
from integrations.github.standin.payloads import Links, node_id
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
        "pusher": _person(hosted),
        **_context(links, hosted, hosted.owner),
        "repository": _pushed_repository(links, hosted),
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
    number = installation_id(hosted.owner)
    return {
        "repository": payloads.repository(links, hosted),
        "organization": _organization(links, hosted),
        "sender": payloads.user(links, sender),
        "installation": {"id": number, "node_id": node_id("Installation", number)},
    }


def _organization(links: Links, hosted: HostedRepository) -> dict[str, Any]:
    account = payloads.user(links, hosted.owner, "Organization")
    api = f"{links.api}/orgs/{hosted.owner}"
    return {
        **{key: account[key] for key in ("login", "id", "node_id", "avatar_url")},
        "description": None,
        "url": api,
        **{f"{what}_url": f"{api}/{what}" for what in ("repos", "events", "hooks", "issues")},
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
    }


def _pushed_repository(links: Links, hosted: HostedRepository) -> dict[str, Any]:
    """In a push GitHub gives the repository's instants as seconds and its owner a name."""
    full = payloads.repository(links, hosted)
    return full | {
        "owner": full["owner"] | _person(hosted),
        "url": full["html_url"],
        "created_at": 1704067200,
        "pushed_at": int(time.time()),
        "stargazers": 0,
        "master_branch": hosted.default_branch,
        "organization": hosted.owner,
    }


def _person(hosted: HostedRepository) -> dict[str, str]:
    return {"name": hosted.owner, "email": f"{hosted.owner}@users.noreply.github.com"}


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
    return {
        "id": sha,
        "tree_id": hosted.tree(sha),
        "distinct": True,
        "message": hosted.commit_message(sha),
        "timestamp": "2024-01-01T00:00:00Z",
        "url": f"{links.root}/{hosted.full_name}/commit/{sha}",
        "author": _person(hosted),
        "committer": _person(hosted),
        **hosted.touched(sha),
    }
