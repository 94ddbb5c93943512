"""What an App asks for itself: where it is installed, a token, and to have one revoked."""

from typing import Any

from integrations.github.standin import payloads
from integrations.github.standin.calls import Call, one, page
from integrations.github.standin.http import Refused, Reply, not_found
from integrations.github.standin.installations import GivenToken, Installation

_PAGE = "/apps/apps#create-an-installation-access-token-for-an-app"
_EVENTS = ["issue_comment", "pull_request", "push"]


def installation_of_repository(call: Call) -> Reply:
    installation = call.records.installations.by_owner.get(call.hosted.owner)
    if installation is None:
        raise not_found()
    return Reply(200, _installation(call, installation))


def list_installations(call: Call) -> Reply:
    return page(call, [_installation(call, found) for found in call.records.installations.by_owner.values()])


def make_token(call: Call) -> Reply:
    """For all repositories of the installation, and all it was granted, unless narrowed."""
    installations = call.records.installations
    wanted = int(call.ids["installation"])
    installation = one(found for found in installations.by_owner.values() if found.id == wanted)
    body = call.request.body or {}
    repositories = _narrowed(call, installation, body.get("repositories"))
    token = installations.give_token(installation, repositories, body.get("permissions", installation.permissions))
    return Reply(201, _token(call, token))


def revoke_token(call: Call) -> Reply:
    if call.caller.token:
        call.records.installations.revoke(call.caller.token)
    return Reply(204, None)


def _narrowed(call: Call, installation: Installation, names: list[str] | None) -> frozenset[str]:
    owned = frozenset(name for name, hosted in call.records.repositories.items() if hosted.owner == installation.owner)
    if names is None:
        return owned
    asked = frozenset(f"{installation.owner}/{name}" for name in names)
    if not asked <= owned:
        text = "There is at least one repository that does not exist or is not accessible to the parent installation."
        raise Refused(422, text, page=_PAGE)
    return asked


def _token(call: Call, token: GivenToken) -> dict[str, Any]:
    hosted = [call.records.repositories[name] for name in sorted(token.repositories)]
    return {
        "token": token.value,
        "expires_at": token.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "permissions": dict(token.permissions),
        "repository_selection": "selected",
        "repositories": [payloads.repository(call.links, repository) for repository in hosted],
    }


def _installation(call: Call, installation: Installation) -> dict[str, Any]:
    account = payloads.user(call.links, installation.owner, "Organization")
    api, suspended_at = f"{call.links.api}/app/installations/{installation.id}", installation.suspended_at
    return {
        "id": installation.id,
        "account": account,
        "app_id": int(call.records.installations.app_id),
        "app_slug": "kodus",
        "target_id": account["id"],
        "target_type": "Organization",
        "permissions": dict(installation.permissions),
        "events": _EVENTS,
        "repository_selection": "all",
        "single_file_name": None,
        "access_tokens_url": f"{api}/access_tokens",
        "repositories_url": f"{call.links.api}/installation/repositories",
        "html_url": f"{call.links.root}/organizations/{installation.owner}/settings/installations/{installation.id}",
        "created_at": payloads.LONG_AGO,
        "updated_at": payloads.LONG_AGO,
        "suspended_at": suspended_at and suspended_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "suspended_by": account if suspended_at else None,
    }
