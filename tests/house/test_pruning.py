"""All rooms together: `manage.py prune`, the calendar's duty, and the erasure of one organization."""

import gzip
import json
from base64 import b64decode
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django_celery_beat.models import PeriodicTask

from jobs.models import InboxMessage, WorkflowEvent, WorkflowJob
from jobs.states import JobStatus
from kodus_queue.retention import prune_old
from kodus_queue.tasks import prune
from reviews.models import Effect, GivenCommand, Review
from tests.retention import BODY, command, days_ago, delivery, effect, event, job, review
from webhooks.models import Verdict, WebhookDelivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rest")]


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("prune", *arguments, stdout=said)
    return said.getvalue()


def lines_of(folder: Path, name: str) -> list[Any]:
    """What is archived under that name."""
    files = sorted(folder.glob(f"*/{name}-*.ndjson.gz"))
    return [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


class TestCommand:
    def test_it_says_how_many_rows_are_gone_of_which_table(self):
        delivery(days=100, job=job(days=100))
        assert run().splitlines() == [
            "job_execution_history: 2",
            "webhook_bodies: 1",
            "webhook_deliveries: 1",
            "workflow_jobs: 1",
        ]
        assert run() == "nothing to delete\n"

    def test_a_dry_run_says_what_would_go(self):
        job(days=100)
        assert run("--dry-run") == "workflow_jobs: 1 would go\n"
        assert WorkflowJob.objects.count() == 1

    def test_with_a_status_only_such_jobs_go(self):
        job(JobStatus.CANCELLED, days=100), job(days=100), delivery(days=100)
        run("--status", "CANCELLED")
        assert (WorkflowJob.objects.get().status, WebhookDelivery.objects.count()) == ("COMPLETED", 1)

    def test_with_an_age_jobs_bodies_and_events_of_that_age_go_and_nothing_that_must_be_known(self):
        job(days=20), delivery(days=20), event(days=20), review(days=20), effect(days=20)
        run("--older-than", "10")
        assert (WorkflowJob.objects.count(), WorkflowEvent.objects.count()) == (0, 0)
        assert WebhookDelivery.objects.get().dropped_bytes > 0
        assert (Review.objects.count(), Effect.objects.count()) == (1, 1)

    def test_with_a_folder_it_leaves_a_copy(self, tmp_path):
        gone = delivery(days=100)
        delivery(days=10, duplicate_of=gone), delivery(days=100)
        run("--archive", str(tmp_path))
        bodies, deliveries = (lines_of(tmp_path, name) for name in ("webhook_bodies", "webhook_deliveries"))
        assert [b64decode(row["body"]) for row in bodies] == [BODY, BODY]
        assert [row["body"] for row in deliveries] == [""]

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--older-than", "0"),
            ("--erase",),
            ("--erase", "--organization", "octo", "--status", "FAILED"),
            ("--erase", "--organization", "octo", "--older-than", "3"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, arguments):
        job(days=4_000)
        with pytest.raises(CommandError):
            run(*arguments)
        assert WorkflowJob.objects.count() == 1


class TestErasing:
    @pytest.fixture(autouse=True)
    def two_tenants(self) -> None:
        for organization, repository_id, number in (("octo", 1, 7), ("other", 2, 8)):
            made = job(days=1, organization=organization, payload={"repository_id": repository_id, "number": number})
            delivery(days=1, owner=organization, job=made)
            delivery(days=1, owner=organization, verdict=Verdict.HELD)
            event(days=1, scope=organization)
            review(days=1, organization=organization, repository_id=repository_id, number=number, job=made)
        effect(days=1), command("ignore", days=1), effect(days=1, number=99)

    def owners(self) -> set[str]:
        return {
            *WorkflowJob.objects.values_list("organization", flat=True),
            *(name.split("/")[0] for name in WebhookDelivery.objects.values_list("repository", flat=True)),
            *WorkflowEvent.objects.values_list("scope", flat=True),
            *Review.objects.values_list("organization", flat=True),
        }

    def test_all_of_one_organization_goes_however_young_and_nothing_of_another(self):
        run("--organization", "octo", "--erase")
        assert self.owners() == {"other"}
        assert (Effect.objects.count(), GivenCommand.objects.count()) == (0, 0)
        assert (WorkflowJob.objects.count(), WebhookDelivery.objects.count(), Review.objects.count()) == (1, 2, 1)

    def test_what_belongs_to_nobody_stays(self):
        InboxMessage.objects.create(consumer="calendar", message_id="tick", received_at=days_ago(1))
        run("--organization", "octo", "--erase")
        assert InboxMessage.objects.count() == 1

    def test_what_live_jobs_need_stays_and_is_said(self):
        live = job(JobStatus.PENDING, days=1, payload={"repository_id": 1, "number": 7}, correlation_id="one")
        same_cause = job(days=1, correlation_id="one")
        delivery(days=1, job=live)
        said = run("--organization", "octo", "--erase")
        assert "1 live jobs" in said
        assert set(WorkflowJob.objects.filter(organization="octo")) == {live, same_cause}
        assert WebhookDelivery.objects.get(repository="octo/app").job == live
        assert set(Effect.objects.values_list("number", flat=True)) == {7}
        assert Review.objects.filter(organization="octo").count() == 1

    def test_it_says_what_it_does_not_reach(self):
        said = run("--organization", "octo", "--erase")
        assert "mirrors" in said
        assert "live jobs" not in said

    def test_a_dry_run_erases_nothing(self):
        assert "workflow_jobs: 1 would go" in run("--organization", "octo", "--erase", "--dry-run")
        assert self.owners() == {"octo", "other"}


class TestCalendar:
    @pytest.mark.django_db(transaction=True)
    def test_the_duty_prunes_by_the_settings(self, settings, tmp_path):
        settings.ARCHIVE_DIR = tmp_path
        job(days=100)
        prune()
        assert WorkflowJob.objects.count() == 0
        assert len(list(tmp_path.glob("*/*"))) == 2

    def test_the_migration_puts_it_there_once_and_leaves_an_operators_times_alone(self):
        put_into_the_calendar = import_module("jobs.migrations.0012_pruning_calendar").put_into_the_calendar
        PeriodicTask.objects.all().delete()
        put_into_the_calendar(apps, None)
        duty = PeriodicTask.objects.get(task=prune.name)
        assert (duty.enabled, duty.crontab.minute, duty.crontab.hour) == (True, "3-59/10", "*")
        PeriodicTask.objects.update(enabled=False)
        put_into_the_calendar(apps, None)
        assert not PeriodicTask.objects.get().enabled

    def test_a_run_says_what_it_did_in_one_log_line(self, caplog):
        job(days=100)
        with caplog.at_level("INFO"):
            prune_old()
        assert "'workflow_jobs': 1" in caplog.text
