"""Our credential at GitHub: is it accepted, for how long, and what that reviews need may it not do. Costs nothing."""

from collections.abc import Iterator, Sequence

from django.conf import settings

from integrations.github.app import Use
from integrations.github.errors import CredentialsRefused, GitHubError, GitHubUnavailable
from integrations.github.identity import our_app
from integrations.github.standing import Installation, TokenStanding
from monitoring.doctor.database import now, told_skew
from monitoring.doctor.diagnosis import Diagnosis, fail, ok, warn
from reviews.code_host import github

NEEDED = {**Use.FETCHING.value, **Use.REVIEWING.value}
EVENTS = frozenset({"pull_request", "issue_comment", "push"})
#: Of a classic token: one of them is enough, the second for public repositories alone.
SCOPES = ("repo", "public_repo")
LITTLE = 0.1
_PAGE = "docs/how-to/connect-github.md"


def examine() -> Sequence[Diagnosis]:
    if not settings.GITHUB_TOKEN and not our_app():
        if not settings.GITHUB_ENABLED:
            return [ok("none is set, and GitHub is switched off")]
        return [fail("no App and no token is set: no review can be posted", f"Set one of them: {_PAGE}")]
    try:
        return list(_of_the_app() if our_app() else _of_the_token())
    except CredentialsRefused as error:
        return [fail(f"refused: {error.detail}", _renewal())]
    except GitHubUnavailable as error:
        text = f"GitHub at {settings.GITHUB_API_URL} does not answer: {error.detail}"
        return [fail(text, "https://www.githubstatus.com, then this host's way out: jobs are held meanwhile.")]
    except GitHubError as error:
        return [fail(str(error), f"Compare the settings with {_PAGE}")]


def _of_the_token() -> Iterator[Diagnosis]:
    standing = github().token_standing()
    yield _accepted(standing)
    if standing.scopes is not None and not standing.scopes & set(SCOPES):
        has = ", ".join(sorted(standing.scopes)) or "none"
        yield fail(
            f"the token lacks a scope: repo; it has {has}", f"Give it repo, or make a fine-grained one: {_PAGE}"
        )
    if standing.remaining < LITTLE * standing.limit:
        text = f"{standing.remaining} of {standing.limit} requests are left this hour"
        yield warn(text, "Jobs wait for the next hour by themselves; an App has more.")
    if standing.answered_at:
        yield told_skew(now() - standing.answered_at, than="GitHub's", about="clock")


def _accepted(standing: TokenStanding) -> Diagnosis:
    until = f", until {standing.expires}" if standing.expires else ""
    kind = "with scopes" if standing.scopes else "fine-grained: GitHub does not tell what it may do"
    return ok(f"the token is accepted ({kind}){until}; {standing.remaining} requests left this hour")


def _of_the_app() -> Iterator[Diagnosis]:
    installations = github().installations()
    if not installations:
        yield fail("the App is accepted and installed nowhere", "Install it on the repositories to be reviewed.")
    for installation in installations:
        yield from _of_the_installation(installation)


def _of_the_installation(installation: Installation) -> Iterator[Diagnosis]:
    about = installation.account
    lacking = installation.lacks(NEEDED)
    unheard = sorted(EVENTS - installation.events)
    if installation.is_suspended:
        yield warn(
            "is suspended: its pull requests are not reviewed", "Unsuspend it on GitHub, or uninstall.", about=about
        )
    if lacking:
        remedy = f"Give the App what {_PAGE} lists; the account's owner has to accept it."
        yield fail(f"lacks {', '.join(lacking)}", remedy, about=about)
    if unheard:
        yield fail(f"is not subscribed to {', '.join(unheard)}", f"Subscribe the App to it: {_PAGE}", about=about)
    if not (installation.is_suspended or lacking or unheard):
        yield ok("the App is accepted and may do what reviews need", about=about)


def _renewal() -> str:
    if our_app():
        return f"Compare ID and key with the App's page, and this machine's clock: {_PAGE}"
    return f"It was revoked or has expired: make another, set KODUS_GITHUB_TOKEN, restart: {_PAGE}"
