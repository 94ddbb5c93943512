"""What GitHub failed to deliver is asked for and arrives, whatever goes wrong on the way."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import F
from django.utils import timezone

from integrations.github.standin import StandIn
from jobs.models import Gate, WorkflowJob
from jobs.states import ErrorClassification, JobStatus, WorkflowType
from jobs.testing import perform_job
from tests.services import wait_until
from tests.webhooks.recovery.conftest import HOOK, DoorOnAPort
from webhooks import recovery
from webhooks.intake import accept
from webhooks.models import Hook, MissedDelivery, WebhookDelivery
from webhooks.recovery import ask_for_missing, request_recovery


def lose(standin: StandIn, *, pings: int) -> list[UUID]:
    """Deliveries that never leave GitHub; their ids."""
    standin.set_weather(webhooks_lost=1.0)
    lost = [UUID(standin.ping("octo/app").id) for _ in range(pings)]
    standin.set_weather()
    return lost


def open_pull_request(standin: StandIn) -> str:
    """The id of its delivery."""
    standin.open_pull_request("octo/app", base="main", head="change", title="Change it")
    return standin.deliveries[-1].id


def recover(path: str = HOOK) -> WorkflowJob:
    return perform_job(request_recovery(path).job)


def resume(job: WorkflowJob) -> WorkflowJob:
    """The next attempt, as if what it waits for had passed."""
    Gate.objects.all().delete()
    WorkflowJob.objects.filter(id=job.id).update(due_at=timezone.now() - timedelta(seconds=1))
    return perform_job(job)


def make_due() -> None:
    """The first pause is over."""
    MissedDelivery.objects.update(due_at=F("due_at") - recovery.PAUSE)


def stored() -> set[UUID]:
    return set(WebhookDelivery.objects.values_list("delivery_id", flat=True))


def wait_for(guids: list[UUID]) -> None:
    wait_until(lambda: stored() >= set(guids), seconds=60, what=f"{len(guids)} deliveries")


def asked_for(standin: StandIn) -> Counter[str]:
    """How often GitHub took it to send each attempt again, by the path."""
    return Counter(write.path for write in standin.writes if write.applied)


def counts(job: WorkflowJob) -> dict[str, int]:
    return {name: job.outcome[name] for name in ("attempts", "missed", "asked", "refused")}


def test_what_was_lost_arrives(standin: StandIn):
    lost = lose(standin, pings=5)
    job = recover()
    wait_for(lost)
    assert counts(job) == {"attempts": 5, "missed": 5, "asked": 5, "refused": 0}


def test_what_the_door_answered_with_503_arrives_and_makes_its_job(standin: StandIn, door: DoorOnAPort):
    door.closed = True
    delivery_id = open_pull_request(standin)
    door.closed = False
    assert counts(recover())["asked"] == 1
    wait_for([UUID(delivery_id)])
    review = WorkflowJob.objects.get(workflow_type=WorkflowType.CODE_REVIEW)
    assert (review.status, review.correlation_id) == (JobStatus.PENDING, delivery_id)


def test_the_gap_is_reported_until_it_is_closed(standin: StandIn):
    lost = lose(standin, pings=3)
    first, *_, last = (delivery.sent_at.replace(microsecond=0).isoformat() for delivery in standin.deliveries)
    standin.set_weather(webhooks_lost=1.0)
    assert recover().outcome["gap"] == {"missing": 3, "since": first, "until": last}
    standin.set_weather()
    make_due()
    recover()
    wait_for(lost)
    assert recover().outcome["gap"] == {"missing": 0, "since": None, "until": None}


def test_many_are_found_over_several_pages_and_asked_for_once_each(standin: StandIn):
    lost = lose(standin, pings=230)
    recover()
    wait_for(lost)
    assert recover().outcome["asked"] == 0
    assert set(asked_for(standin).values()) == {1}
    assert len(asked_for(standin)) == 230


def test_the_oldest_are_asked_for_first(standin: StandIn):
    lose(standin, pings=3)
    recover()
    assert [write.path for write in standin.writes] == [
        f"/{HOOK}/deliveries/{number}/attempts" for number in (1, 2, 3)
    ]


def test_what_is_stored_is_not_asked_for_although_github_says_it_failed(standin: StandIn):
    lose(standin, pings=1)
    accept(standin.deliveries[0].headers, standin.deliveries[0].body)
    assert counts(recover()) == {"attempts": 1, "missed": 0, "asked": 0, "refused": 0}


def test_what_arrives_between_look_and_asking_is_not_asked_for(standin: StandIn):
    lose(standin, pings=2)
    hook = Hook.objects.create(path=HOOK)
    recovery.look_through(hook, check=lambda: None)
    accept(standin.deliveries[1].headers, standin.deliveries[1].body)
    assert ask_for_missing(hook, check=lambda: None)["asked"] == 1


def test_what_failed_first_and_was_redelivered_by_hand_is_not_missed(standin: StandIn, door: DoorOnAPort):
    door.closed = True
    delivery_id = open_pull_request(standin)
    door.closed = False
    standin.redeliver(delivery_id)
    WebhookDelivery.objects.all().delete()  # so that GitHub's word alone decides
    assert counts(recover()) == {"attempts": 2, "missed": 0, "asked": 0, "refused": 0}


def test_a_copy_that_arrives_by_itself_meanwhile_makes_no_second_job(standin: StandIn, door: DoorOnAPort):
    door.closed = True
    delivery_id = open_pull_request(standin)
    door.closed = False
    recover()
    standin.redeliver(delivery_id)
    wait_until(lambda: len(standin.deliveries) == 3, seconds=30, what="both copies")
    assert WorkflowJob.objects.filter(workflow_type=WorkflowType.CODE_REVIEW).count() == 1
    assert WebhookDelivery.objects.count() == 1


def test_what_is_lost_again_is_asked_for_again_after_a_pause(standin: StandIn):
    lost = lose(standin, pings=1)
    standin.set_weather(webhooks_lost=1.0)
    recover()
    standin.set_weather()
    assert recover().outcome["asked"] == 0  # too early
    make_due()
    assert recover().outcome["asked"] == 1
    wait_for(lost)
    assert MissedDelivery.objects.get().attempt_id == 2  # the one it asked for last


def test_the_pauses_grow_and_end(db):
    hook = Hook.objects.create(path=HOOK)
    missed = MissedDelivery.objects.create(hook=hook, guid=UUID(int=1), attempt_id=1, failed_at=timezone.now())
    pauses = []
    for _ in range(recovery.MOST_ASKED):
        recovery._note(missed)
        missed.refresh_from_db()
        pauses.append(missed.due_at and (missed.due_at - missed.asked_at) / recovery.PAUSE)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, None]
    assert not hook.missed_deliveries.due().exists()


class TestARateLimitInTheMiddle:
    @pytest.fixture
    def job(self, standin: StandIn) -> WorkflowJob:
        """Put off at the third of five."""
        lose(standin, pings=5)
        standin.fail_next("POST", "/deliveries/3/attempts$", status=429, headers={"Retry-After": "60"})
        return recover()

    def test_closes_the_gate_and_costs_no_retry(self, job: WorkflowJob):
        assert (job.status, job.error_class, job.retries) == (JobStatus.RETRYING, ErrorClassification.RATE_LIMITED, 0)
        assert Gate.objects.get(name="github:token").closed_until > timezone.now()

    def test_loses_nothing_and_asks_for_nothing_twice(self, job: WorkflowJob, standin: StandIn):
        assert resume(job).outcome["asked"] == 3
        wait_for([UUID(delivery.id) for delivery in standin.deliveries])
        assert list(asked_for(standin).values()) == [1] * 5

    def test_does_not_look_through_the_hook_again(self, job: WorkflowJob, standin: StandIn):
        for _ in range(3):
            standin.fail_next("GET", "/deliveries$", status=404)
        assert resume(job).status == JobStatus.COMPLETED


def test_an_answer_that_is_lost_counts_as_asked(standin: StandIn):
    lost = lose(standin, pings=1)
    standin.fail_next("POST", "/attempts$", applied=True)
    job = recover()
    wait_for(lost)
    asked = MissedDelivery.objects.get().asked
    assert (job.status, job.error_type, asked) == (JobStatus.RETRYING, "OutcomeUnknown", 1)
    assert resume(job).outcome["asked"] == 0


def test_one_that_github_declines_does_not_keep_the_others(standin: StandIn):
    lost = lose(standin, pings=2)
    standin.fail_next("POST", "/deliveries/1/attempts$", status=422)
    assert counts(recover()) == {"attempts": 2, "missed": 2, "asked": 1, "refused": 1}
    wait_for(lost[1:])
    assert "answered 422" in MissedDelivery.objects.get(guid=lost[0]).refusal


def test_a_token_without_the_permission_fails_the_job_and_asks_no_further(standin: StandIn):
    lose(standin, pings=2)
    standin.fail_next("POST", "/attempts$", status=403)
    job = recover()
    assert (job.status, job.error_type, len(standin.writes)) == (JobStatus.FAILED, "Forbidden", 1)
    assert set(MissedDelivery.objects.values_list("asked", flat=True)) == {0}


def test_a_hook_that_is_gone_fails_its_job_and_no_other(standin: StandIn):
    lost = lose(standin, pings=1)
    gone = recover("repos/octo/app/hooks/2")
    assert (gone.status, gone.error_class, gone.error_type) == (JobStatus.FAILED, "PERMANENT", "NotFound")
    assert recover().status == JobStatus.COMPLETED
    wait_for(lost)


def test_an_attempt_that_lost_its_job_asks_no_further(standin: StandIn):
    class Stopped(BaseException):
        pass

    lose(standin, pings=3)
    hook = Hook.objects.create(path=HOOK)
    recovery.look_through(hook, check=lambda: None)
    left = iter([None, None])

    def check() -> None:
        if next(left, Stopped) is Stopped:
            raise Stopped

    with pytest.raises(Stopped):
        ask_for_missing(hook, check=check)
    assert len(standin.writes) == 2


def test_a_hook_has_one_live_job(standin: StandIn):
    assert [request_recovery(HOOK).created, request_recovery(HOOK).created] == [True, False]
    recover()
    assert request_recovery(HOOK).created


@pytest.mark.parametrize(("path", "organization"), [(HOOK, "octo"), ("orgs/octo/hooks/1", "octo"), ("app/hook", "")])
def test_its_job_is_the_owners(db, path: str, organization: str):
    job = request_recovery(path).job
    assert (job.organization, job.subject, job.gates) == (organization, path, ["github", "github:token"])
