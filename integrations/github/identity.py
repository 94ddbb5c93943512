"""As whom this service acts on GitHub: as its App, or as whoever made the plain token, as the settings have it.

The one module of this room that reads settings, so that REST and git, in whichever room, go as the same.
"""

from functools import cache

from celery.signals import worker_process_shutdown
from django.conf import settings

from integrations.github.app import App

#: A worker that stops has some seconds left when its jobs have ended; kodus_queue/processes.py says how many.
REVOKED_WITHIN_SECONDS = 3.0


def our_app() -> App | None:
    """The App, one per process, because it holds the tokens; None when we have a plain token, or nothing."""
    if not settings.GITHUB_APP_ID:
        return None
    return _app(settings.GITHUB_API_URL, settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY)


def git_token(repository: str) -> str | None:
    """What git shows to read "octo/app"; None when there is nothing to show. Raises GitHubError."""
    app = our_app()
    return app.git_token(repository) if app else settings.GITHUB_TOKEN or None


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def revoke_tokens(**_: object) -> None:
    """At the end of a process that runs jobs; Celery leaves it by a way that asks nobody else."""
    app = our_app()
    if app:
        app.revoke_tokens(within_seconds=REVOKED_WITHIN_SECONDS)


@cache
def _app(base_url: str, app_id: str, private_key: str) -> App:
    return App(base_url, app_id, private_key)
