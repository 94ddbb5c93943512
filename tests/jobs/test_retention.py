"""Jobs, events and foreign messages go when they are old enough, and never while something live may need them."""

import pytest

from jobs.models import InboxMessage, JobExecutionHistory, OutboxMessage, RetentionPolicy, WorkflowEvent, WorkflowJob
from jobs.pruning import Run, prune
from jobs.retention import EVENTS, INBOX, JOBS, parameters
from jobs.states import LIVE_STATUSES, JobStatus
from tests.retention import days_ago, event, job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rest")]
ALL_JOBS = tuple(JOBS.values())


def pruned(*rules, **asked):
    return prune(rules, Run(parameters(**asked)))


@pytest.mark.parametrize(
    ("status", "days"), [(JobStatus.COMPLETED, 90), (JobStatus.CANCELLED, 90), (JobStatus.FAILED, 180)]
)
def test_a_job_goes_with_its_history_when_its_time_is_up(status, days):
    job(status, days=days + 1)
    kept = job(status, days=days - 1)
    assert pruned(*ALL_JOBS) == {"workflow_jobs": 1, "job_execution_history": 2}
    assert WorkflowJob.objects.get() == kept
    assert set(JobExecutionHistory.objects.values_list("job", flat=True)) == {kept.id}


@pytest.mark.parametrize("status", sorted(LIVE_STATUSES))
def test_a_live_job_stays_however_old_with_all_that_is_its_own(status):
    job(status, days=4_000)
    assert pruned(*ALL_JOBS) == {}
    assert (JobExecutionHistory.objects.count(), OutboxMessage.objects.count()) == (2, 1)


def test_a_job_made_long_ago_that_ended_lately_stays():
    late = job(days=400)
    WorkflowJob.objects.filter(id=late.id).update(finished_at=days_ago(1))
    assert pruned(*ALL_JOBS) == {}


def test_a_job_stays_while_another_of_the_same_cause_lives():
    job(days=400, correlation_id="one push")
    live = job(JobStatus.PENDING, days=1, correlation_id="one push", workflow_type="CHECK_CLOSING")
    assert pruned(*ALL_JOBS) == {}
    WorkflowJob.objects.filter(id=live.id).update(status=JobStatus.COMPLETED, finished_at=days_ago(1))
    assert pruned(*ALL_JOBS)["workflow_jobs"] == 1


def test_an_organization_may_keep_its_jobs_for_longer_or_shorter():
    RetentionPolicy.objects.create(organization="patient", jobs_days=1_000)
    RetentionPolicy.objects.create(organization="hasty", jobs_days=7)
    job(days=100, organization="patient"), job(days=8, organization="hasty"), job(days=8)
    pruned(*ALL_JOBS)
    assert sorted(WorkflowJob.objects.values_list("organization", flat=True)) == ["octo", "patient"]


def test_one_organization_alone_can_be_pruned():
    job(days=400, organization="octo"), job(days=400, organization="other")
    pruned(*ALL_JOBS, organization="octo")
    assert WorkflowJob.objects.get().organization == "other"


def test_an_age_told_for_the_run_counts_instead_of_all_others():
    RetentionPolicy.objects.create(organization="octo", jobs_days=1_000)
    job(days=20)
    assert pruned(JOBS[JobStatus.COMPLETED], instead={"jobs": 10})["workflow_jobs"] == 1


def test_an_old_event_goes_and_a_younger_one_stays():
    event(days=31), event(days=29)
    assert pruned(EVENTS) == {"workflow_events": 1}


def test_an_event_stays_while_a_job_of_its_scope_lives_that_is_older():
    event(days=40)
    job(JobStatus.RETRYING, days=45)
    assert pruned(EVENTS) == {}


def test_an_event_stays_while_a_live_job_waits_for_its_key():
    event(days=40)
    waiting = {"wait_type": "ast.completed", "wait_scope": "octo", "wait_key": "octo/app@sha"}
    job(JobStatus.WAITING_FOR_EVENT, days=1, organization="other", **waiting)
    assert pruned(EVENTS) == {}


def test_an_event_goes_although_jobs_of_others_live():
    event(days=40)
    job(JobStatus.RETRYING, days=45, organization="other")
    job(JobStatus.RETRYING, days=35)
    assert pruned(EVENTS) == {"workflow_events": 1}


def test_a_foreign_message_is_known_for_as_long_as_a_delivery():
    for days in (89, 91):
        InboxMessage.objects.create(consumer="calendar", message_id=str(days), received_at=days_ago(days))
    assert pruned(INBOX, instead={"events": 1, "jobs": 1}) == {"inbox_messages": 1}
    assert InboxMessage.objects.get().message_id == "89"


def test_the_ages_of_an_organization_do_not_touch_other_rows_of_the_table():
    RetentionPolicy.objects.create(organization="hasty", events_days=2)
    event(days=3), event(days=3, scope="hasty")
    pruned(EVENTS)
    assert WorkflowEvent.objects.get().scope == "octo"
