"""`manage.py review PATH --base REF --head REF`: review a change without GitHub, broker or running service.

With --show-config it prints how changes to that base are reviewed instead, which needs no database.

With no DATABASE_URL an embedded PostgreSQL is lent for the command. Findings go to standard output, progress to
standard error.
"""

import logging
import os
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, connections
from rich.console import Console
from rich.status import Status

from jobs.models import WorkflowJob
from kodus_queue.embedded.postgres import running_postgres
from kodus_queue.env import postgres_settings
from reviews.configuration.rendering import as_text
from reviews.findings import Severity
from reviews.local import NotReviewable, ReviewFailed, commits_of, configuration_at, review_locally
from reviews.models import Outcome
from reviews.reports import FORMATS, Report

CLEAN, FOUND, BAD_INPUT, FAILED = range(4)
VERBOSE = 2
EXIT_CODES = f"""exit codes: {CLEAN} nothing at or above --fail-on; {FOUND} something; {BAD_INPUT} bad input;
{FAILED} the review failed, or is partial and found nothing"""


class Command(BaseCommand):
    help = "Review the change between two commits of a local repository."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXIT_CODES
        parser.add_argument("path", type=Path, help="a git repository on this machine; it is read, never changed")
        parser.add_argument("--base", required=True, help="branch, tag or commit to compare with")
        parser.add_argument("--head", default="HEAD", help="branch, tag or commit to review (HEAD)")
        parser.add_argument("--format", choices=sorted(FORMATS), default="text", dest="report_format")
        parser.add_argument(
            "--fail-on",
            choices=[severity.value for severity in Severity],
            default=Severity.HIGH.value,
            help="least severity that makes the exit code 1 (high)",
        )
        parser.add_argument(
            "--show-config", action="store_true", help="print each value that holds and where it is from; no review"
        )

    def handle(self, *args: object, **options: Any) -> None:
        path = options["path"].resolve()
        if options["show_config"]:
            self.stdout.write(_configuration(path, options["base"]), ending="")
            return
        with _quiet(unless=options["verbosity"] >= VERBOSE), _database():
            report = _review(path, options["base"], options["head"])
        self.stdout.write(FORMATS[options["report_format"]](report), ending="")
        code = exit_code(report, Severity(options["fail_on"]))
        if code:
            sys.exit(code)


def exit_code(report: Report, fail_on: Severity) -> int:
    if any(finding.severity.rank >= fail_on.rank for finding in report.findings):
        return FOUND
    return FAILED if report.outcome == Outcome.PARTIAL else CLEAN


def _configuration(path: Path, base: str) -> str:
    try:
        return as_text(configuration_at(path, *commits_of(path, base)))
    except NotReviewable as error:
        raise CommandError(str(error), returncode=BAD_INPUT) from error


def _review(path: Path, base: str, head: str) -> Report:
    progress = Progress()
    try:
        base_sha, head_sha = commits_of(path, base, head)
        return review_locally(
            path, base_sha=base_sha, head_sha=head_sha, on_start=progress.start, on_change=progress.attempt_ended
        )
    except NotReviewable as error:
        raise CommandError(str(error), returncode=BAD_INPUT) from error
    except ReviewFailed as error:
        raise CommandError(str(error), returncode=FAILED) from error
    finally:
        progress.stop()


@contextmanager
def _quiet(*, unless: bool) -> Iterator[None]:
    """Without logs on the terminal: progress and findings say it better."""
    if not unless:
        logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def _database() -> Iterator[None]:
    """A database with our tables, for as long as the block lasts."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        _migrate()
        yield
        return
    with running_postgres(settings.STATE_DIR) as url:
        connections.databases["default"].update(postgres_settings(url))
        _migrate()
        try:
            yield
        finally:
            connections.close_all()


def _migrate() -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise CommandError(f"The database does not answer: {error}", returncode=FAILED) from error


class Progress:
    """What the jobs of one review are doing, from their rows: a line that changes, or plain lines in a log."""

    POLL_SECONDS = 0.1

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, markup=False)
        self._ended = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self, job: WorkflowJob) -> None:
        if self._console.is_terminal:
            self._watcher = threading.Thread(target=self._watch, args=(job.correlation_id,), daemon=True)
            self._watcher.start()

    def attempt_ended(self, job: WorkflowJob) -> None:
        if not self._watcher:
            self._console.print(told(job))

    def stop(self) -> None:
        self._ended.set()
        if self._watcher:
            self._watcher.join()

    def _watch(self, correlation_id: str) -> None:
        with Status("Starting", console=self._console) as status:
            while not self._ended.wait(self.POLL_SECONDS):
                jobs = WorkflowJob.objects.filter(correlation_id=correlation_id).order_by("created_at")
                status.update(" · ".join(told(job) for job in jobs))
        connection.close()


def told(job: WorkflowJob) -> str:
    """One job in a few words: "code review: find (processing)"."""
    name = job.get_workflow_type_display()
    stage = f": {job.stage.replace('_', ' ')}" if job.stage else ""
    return f"{name}{stage} ({job.get_status_display()})".lower()
