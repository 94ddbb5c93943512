"""Look for deliveries that never arrived, without waiting for the calendar."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from integrations.github.client import is_hook
from integrations.github.errors import GitHubError
from webhooks.missed import missing_of
from webhooks.recovery import request_recovery


class Command(BaseCommand):
    help = "Ask GitHub for the deliveries that never arrived, of every webhook in KODUS_GITHUB_HOOKS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hook", metavar="PATH", help="of this webhook alone: repos/octo/app/hooks/1")
        parser.add_argument("--dry-run", action="store_true", help="list what is missing and change nothing")

    def handle(self, *args: Any, hook: str | None = None, dry_run: bool = False, **options: Any) -> None:
        paths = [hook] if hook else settings.GITHUB_HOOKS
        if not paths:
            raise CommandError("No webhook is named: set KODUS_GITHUB_HOOKS, or give --hook.")
        for path in paths:
            if not is_hook(path):
                raise CommandError(f"{path!r} is no webhook's path, such as repos/octo/app/hooks/1.")
            if dry_run:
                self._list(path)
            else:
                self._request(path)

    def _request(self, path: str) -> None:
        enqueued = request_recovery(path)
        self.stdout.write(f"{path}: job {enqueued.job.id}{'' if enqueued.created else ', which is under way already'}")

    def _list(self, path: str) -> None:
        try:
            missing = missing_of(path)
        except GitHubError as error:
            raise CommandError(f"{path}: {error}") from error
        for missed in missing:
            self.stdout.write(f"{missed.failed_at:%Y-%m-%d %H:%M:%S} {missed}: {missed.failure}")
        self.stdout.write(f"{path}: {len(missing)} missing")
