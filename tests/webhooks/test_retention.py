"""A body goes first, and what would read it says so; the delivery stays for as long as its id must be known."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from jobs.models import RetentionPolicy, WorkflowJob
from jobs.pruning import Run, prune
from jobs.retention import parameters
from jobs.states import JobStatus
from tests.retention import BODY, days_ago, delivery, job
from tests.webhooks.deliveries import Door, pull_request
from tests.webhooks.test_intake import GUID, fail_its_job
from webhooks import intake
from webhooks.errors import BodyNoLongerKept
from webhooks.models import Hook, MissedDelivery, Verdict, WebhookDelivery
from webhooks.retention import BODIES, DELIVERIES, MISSED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rest")]


def pruned(*rules, **asked):
    return prune(rules, Run(parameters(**asked)))


def grow_old(days: float) -> None:
    WebhookDelivery.objects.update(received_at=days_ago(days))


class TestBodies:
    def test_an_old_body_goes_and_its_size_and_hash_stay(self):
        old = delivery(days=15, body_sha256=b"h" * 32)
        assert pruned(BODIES) == {"webhook_bodies": 1}
        old.refresh_from_db()
        assert (bytes(old.body), old.dropped_bytes, bytes(old.body_sha256)) == (b"", len(BODY), b"h" * 32)

    def test_a_younger_one_stays(self):
        delivery(days=13)
        assert pruned(BODIES) == {}

    def test_what_is_held_keeps_its_body(self):
        delivery(days=80, verdict=Verdict.HELD)
        assert pruned(BODIES) == {}

    def test_it_goes_once(self):
        delivery(days=15)
        pruned(BODIES)
        assert pruned(BODIES) == {}

    def test_an_organization_may_keep_them_for_less(self):
        RetentionPolicy.objects.create(organization="hasty", bodies_days=1)
        delivery(days=2), delivery(days=2, owner="hasty")
        assert pruned(BODIES) == {"webhook_bodies": 1}
        assert WebhookDelivery.objects.get(dropped_bytes=None).repository == "octo/app"

    def test_the_page_is_found_by_an_index_of_those_that_have_one(self):
        first, _ = BODIES.pages()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {first}", parameters())
            assert "webhook_deliveries_with_body" in str(cursor.fetchall())


class TestWithoutABody:
    @pytest.fixture(autouse=True)
    def dropped(self, door: Door) -> None:
        door.send("pull_request", pull_request(), delivery=GUID)
        grow_old(20)
        pruned(BODIES)

    def test_the_same_delivery_is_still_known(self, door: Door):
        again = door.send("pull_request", pull_request(), delivery=GUID)
        assert (again.status_code, again.json()["job"]) == (202, str(WorkflowJob.objects.get().id))
        assert WebhookDelivery.objects.count() == 1

    def test_another_body_under_its_id_is_still_refused(self, door: Door):
        assert door.send("pull_request", pull_request(number=8), delivery=GUID).status_code == 409

    def test_a_copy_whose_first_has_failed_is_carried_out_by_its_own_body(self, door: Door):
        fail_its_job()
        again = door.send("pull_request", pull_request(), delivery=GUID)
        assert again.json()["job"] == str(WorkflowJob.objects.latest("created_at").id)
        assert WorkflowJob.objects.count() == 2

    def test_replaying_it_is_refused_in_words(self):
        held = WebhookDelivery.objects.get()
        WebhookDelivery.objects.update(verdict=Verdict.HELD)
        with pytest.raises(BodyNoLongerKept, match="no longer kept"):
            intake.replay(held.pk)

    def test_the_command_that_replays_says_which(self):
        WebhookDelivery.objects.update(verdict=Verdict.HELD)
        said = StringIO()
        with pytest.raises(CommandError, match="1 refused"):
            call_command("replay_deliveries", stderr=said, stdout=StringIO())
        assert "no longer kept" in said.getvalue()


class TestDeliveries:
    def test_a_delivery_goes_when_its_time_is_up(self):
        delivery(days=91), delivery(days=89)
        assert pruned(DELIVERIES) == {"webhook_deliveries": 1}

    def test_its_id_is_known_for_ninety_days_whatever_age_a_run_is_told(self):
        delivery(days=89)
        assert pruned(DELIVERIES, instead={"bodies": 1, "jobs": 1}) == {}

    def test_it_stays_while_its_job_lives(self):
        delivery(days=200, job=job(JobStatus.WAITING_FOR_EVENT, days=200))
        assert pruned(DELIVERIES) == {}

    def test_it_goes_although_its_job_is_kept(self):
        kept = job(JobStatus.FAILED, days=100)
        delivery(days=100, job=kept)
        assert pruned(DELIVERIES) == {"webhook_deliveries": 1}
        assert WorkflowJob.objects.get() == kept

    def test_the_first_of_a_body_stays_as_long_as_the_last_of_its_copies(self):
        first = delivery(days=120)
        delivery(days=110, duplicate_of=first), delivery(days=10, duplicate_of=first)
        assert pruned(DELIVERIES) == {"webhook_deliveries": 1}
        assert first in WebhookDelivery.objects.all()

    def test_the_first_goes_with_its_copies(self):
        first = delivery(days=120)
        delivery(days=100, duplicate_of=first)
        assert pruned(DELIVERIES) == {"webhook_deliveries": 2}

    def test_a_missed_delivery_goes_with_the_rest(self):
        hook = Hook.objects.create(path="repos/octo/app/hooks/1")
        for days in (91, 89):
            MissedDelivery.objects.create(
                hook=hook, guid=uuid4(), attempt_id=1, event="push", failed_at=days_ago(days), failure="timed out"
            )
        assert pruned(MISSED) == {"missed_deliveries": 1}
        assert pruned(MISSED, organization="other", instead={"deliveries": 0}) == {}
        assert pruned(MISSED, organization="octo", instead={"deliveries": 0}) == {"missed_deliveries": 1}
