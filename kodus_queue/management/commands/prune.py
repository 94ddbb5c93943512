"""Delete what is old, without waiting for the calendar; or all that is one organization's."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.states import FINAL_STATUSES, JobStatus
from kodus_queue.retention import MOST_COUNTED, erase, live_jobs, prune_old

LEFT = """\
Not erased by this: what is on GitHub; the mirrors of its repositories, in the state folder, and their code graphs;
archives; logs; and rows under an earlier name of the organization."""


class Command(BaseCommand):
    help = "Delete what is older than KODUS_KEEP_…_DAYS say, to the end. Live jobs and what they need are left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count what would go and change nothing")
        parser.add_argument("--organization", metavar="NAME", help="only what is this organization's")
        parser.add_argument("--status", choices=sorted(FINAL_STATUSES), help="only jobs that ended so")
        parser.add_argument(
            *("--older-than",), type=int, metavar="DAYS", help="of jobs, bodies and events, instead of the ages set"
        )
        parser.add_argument("--archive", type=Path, metavar="FOLDER", help="leave a copy there of what goes")
        parser.add_argument("--erase", action="store_true", help="all that is the organization's, however old")

    def handle(
        self,
        *args: Any,
        dry_run: bool,
        organization: str | None,
        status: str | None,
        older_than: int | None,
        archive: Path | None,
        erase: bool,
        **options: Any,
    ) -> None:
        if older_than is not None and older_than < 1:
            raise CommandError("--older-than takes a number of days, from 1 on.")
        if erase and (not organization or status or older_than is not None):
            raise CommandError("--erase needs --organization, and goes with neither --status nor --older-than.")
        if erase:
            self._erase(str(organization), dry=dry_run, archive=archive)
            return
        gone = prune_old(
            organization=organization,
            status=JobStatus(status) if status else None,
            older_than_days=older_than,
            dry=dry_run,
            archive=archive,
        )
        self._tell(gone, dry=dry_run)

    def _erase(self, organization: str, *, dry: bool, archive: Path | None) -> None:
        self._tell(erase(organization, dry=dry, archive=archive), dry=dry)
        live = live_jobs(organization)
        if live:
            more = " or more" if live >= MOST_COUNTED else ""
            self.stdout.write(
                f"Left, with all they need: {live}{more} live jobs. Cancel them or await their end, then erase again."
            )
        self.stdout.write(LEFT)

    def _tell(self, gone: Counter[str], *, dry: bool) -> None:
        for table, rows in sorted(gone.items()):
            if rows:
                self.stdout.write(f"{table}: {rows}{' would go' if dry else ''}")
        if not gone.total():
            self.stdout.write("nothing to delete")
