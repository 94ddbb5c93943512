"""GitHub's JSON for people, repositories and pull requests, with every field its published description requires.

`links.root` is the stand-in's address; the REST API lives below `/api/v3`, as on GitHub Enterprise Server.
"""

import base64
import zlib
from dataclasses import dataclass
from typing import Any

from integrations.github.standin.hosted import HostedRepository
from integrations.github.standin.records import Pull

LONG_AGO = "2024-01-01T00:00:00Z"

_USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
_REPOSITORY_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_REPOSITORY_ZEROES = (
    "forks",
    "forks_count",
    "open_issues",
    "open_issues_count",
    "size",
    "stargazers_count",
    "watchers",
    "watchers_count",
)


@dataclass(frozen=True, slots=True)
class Links:
    root: str

    @property
    def api(self) -> str:
        return f"{self.root}/api/v3"

    def repository(self, repository: HostedRepository) -> str:
        return f"{self.api}/repos/{repository.full_name}"

    def pull(self, pull: Pull) -> str:
        return f"{self.repository(pull.repository)}/pulls/{pull.number}"

    def issue(self, pull: Pull) -> str:
        return f"{self.repository(pull.repository)}/issues/{pull.number}"

    def pull_page(self, pull: Pull) -> str:
        return f"{self.root}/{pull.repository.full_name}/pull/{pull.number}"


def node_id(kind: str, number: int) -> str:
    return base64.b64encode(f"0:{kind}{number}".encode()).decode()


def user(links: Links, login: str, kind: str | None = None) -> dict[str, Any]:
    """A person; a login that ends in [bot] is an app's."""
    number = zlib.crc32(login.encode())
    api = f"{links.api}/users/{login.replace('[', '%5B').replace(']', '%5D')}"
    return {
        "login": login,
        "id": number,
        "node_id": node_id("User", number),
        "avatar_url": f"{links.root}/avatars/u/{number}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{links.root}/{login.removesuffix('[bot]')}",
        "type": kind or ("Bot" if login.endswith("[bot]") else "User"),
        "site_admin": False,
        **{key: api + path for key, path in _USER_LINKS.items()},
    }


def repository(links: Links, hosted: HostedRepository) -> dict[str, Any]:
    api, page = links.repository(hosted), f"{links.root}/{hosted.full_name}"
    return {
        "id": hosted.id,
        "node_id": node_id("Repository", hosted.id),
        "name": hosted.name,
        "full_name": hosted.full_name,
        "private": hosted.private,
        "owner": user(links, hosted.owner, "Organization"),
        "html_url": page,
        "description": None,
        "fork": False,
        "url": api,
        **{key: api + path for key, path in _REPOSITORY_LINKS.items()},
        "git_url": f"git://{links.root.partition('://')[2]}/{hosted.full_name}.git",
        "ssh_url": f"git@localhost:{hosted.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        **dict.fromkeys(_REPOSITORY_ZEROES, 0),
        **{f"has_{what}": True for what in ("issues", "projects", "downloads", "wiki")},
        "has_pages": False,
        "has_discussions": False,
        "archived": False,
        "disabled": False,
        "visibility": "private" if hosted.private else "public",
        "topics": [],
        "is_template": False,
        "allow_forking": True,
        "web_commit_signoff_required": False,
        "default_branch": hosted.default_branch,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        "pushed_at": LONG_AGO,
    }


def pull_request(links: Links, pull: Pull, *, comments: int = 0, review_comments: int = 0) -> dict[str, Any]:
    changes = pull.repository.changes(pull.base_sha, pull.head_sha)
    return {
        "id": pull.id,
        "node_id": node_id("PullRequest", pull.id),
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked,
        "active_lock_reason": None,
        "title": pull.title,
        "body": pull.body or None,
        "user": user(links, pull.author),
        "author_association": "CONTRIBUTOR",
        "draft": pull.draft,
        "head": _side(links, pull, pull.head_ref, pull.head_sha) | ({"repo": None} if pull.fork_is_gone else {}),
        "base": _side(links, pull, pull.base_ref, pull.base_sha),
        "labels": [_label(links, pull, name) for name in pull.labels],
        **dict.fromkeys(("milestone", "assignee", "auto_merge", "merge_commit_sha", "merged_by")),
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "created_at": pull.created_at,
        "updated_at": pull.updated_at,
        "closed_at": pull.closed_at,
        "merged_at": pull.closed_at if pull.merged else None,
        "merged": pull.merged,
        "mergeable": True,
        "rebaseable": True,
        "mergeable_state": "clean",
        "maintainer_can_modify": False,
        "comments": comments,
        "review_comments": review_comments,
        "commits": pull.repository.commit_count(pull.base_sha, pull.head_sha),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
        **_pull_links(links, pull),
    }


def _side(links: Links, pull: Pull, ref: str, sha: str) -> dict[str, Any]:
    return {
        "label": f"{pull.repository.owner}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": user(links, pull.repository.owner, "Organization"),
        "repo": repository(links, pull.repository),
    }


def _label(links: Links, pull: Pull, name: str) -> dict[str, Any]:
    number = zlib.crc32(name.encode())
    return {
        "id": number,
        "node_id": node_id("Label", number),
        "url": f"{links.repository(pull.repository)}/labels/{name}",
        "name": name,
        "description": None,
        "color": "ededed",
        "default": False,
    }


def _pull_links(links: Links, pull: Pull) -> dict[str, Any]:
    api, page, issue = links.pull(pull), links.pull_page(pull), links.issue(pull)
    urls = {
        "html_url": page,
        "issue_url": issue,
        "commits_url": f"{api}/commits",
        "review_comments_url": f"{api}/comments",
        "review_comment_url": f"{links.repository(pull.repository)}/pulls/comments{{/number}}",
        "comments_url": f"{issue}/comments",
        "statuses_url": f"{links.repository(pull.repository)}/statuses/{pull.head_sha}",
    }
    named = {key.removesuffix("_url"): {"href": url} for key, url in urls.items()}
    return {
        "url": api,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **urls,
        "_links": {"self": {"href": api}, **named},
    }
