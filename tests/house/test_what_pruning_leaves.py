"""Whatever rows there are: what must stay stays, the rest goes, and a second run finds nothing; killed or not."""

import signal
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from jobs.models import JobExecutionHistory, WorkflowEvent, WorkflowJob
from jobs.states import LIVE_STATUSES, JobStatus
from kodus_queue.retention import prune_old
from reviews.models import Effect, GivenCommand, Review
from tests import tables
from tests.house.test_pruning import lines_of
from tests.processes import Process
from tests.retention import command, days_ago, delivery, effect, event, job, review
from tests.services import wait_until
from webhooks.models import Verdict, WebhookDelivery

pytestmark = pytest.mark.usefixtures("no_rest")

#: On each side of every age: 14, 30, 90, 180, 400.
DAYS = st.sampled_from([1, 13, 15, 29, 31, 89, 91, 179, 181, 399, 401, 900])
CAUSES = st.sampled_from(["push", "comment", "close"])
KEYS = st.sampled_from(["octo/app@one", "octo/app@two"])
PULLS = st.integers(1, 3)
STATUSES = st.sampled_from(sorted(JobStatus))

ROWS = st.fixed_dictionaries(
    {
        "jobs": st.lists(st.tuples(STATUSES, DAYS, CAUSES, PULLS, KEYS), max_size=8),
        "deliveries": st.lists(st.tuples(DAYS, st.sampled_from(sorted(Verdict)), st.integers(0, 9)), max_size=6),
        "events": st.lists(st.tuples(DAYS, KEYS), max_size=4),
        "reviews": st.lists(st.tuples(DAYS, PULLS), max_size=4, unique_by=lambda row: row[1]),
        "effects": st.lists(st.tuples(DAYS, PULLS), max_size=4, unique_by=lambda row: row[1]),
        "commands": st.lists(st.tuples(DAYS, PULLS, st.sampled_from(["review", "pause", "ignore"])), max_size=4),
    }
)


def make(rows: dict[str, Any]) -> None:
    jobs = [
        job(
            status,
            days=days,
            correlation_id=cause,
            payload={"repository_id": 1, "number": number},
            **({"wait_type": "ast.completed", "wait_scope": "octo", "wait_key": key} if number == 1 else {}),
        )
        for status, days, cause, number, key in rows["jobs"]
    ]
    first = None
    for days, verdict, number in rows["deliveries"]:
        named = jobs[number] if number < len(jobs) else None
        made = delivery(days=days, verdict=verdict, job=named, duplicate_of=first if number % 2 else None)
        first = first or made
    for days, key in rows["events"]:
        event(days=days, key=key)
    for days, number in rows["reviews"]:
        review(days=days, number=number)
    for days, number in rows["effects"]:
        effect(days=days, number=number)
    for comment, (days, number, word) in enumerate(rows["commands"]):
        command(word, days=days, number=number, comment=comment)


def live_jobs() -> list[WorkflowJob]:
    return list(WorkflowJob.objects.filter(status__in=LIVE_STATUSES))


def jobs_to_stay() -> set[Any]:
    causes = {each.correlation_id for each in live_jobs()}
    ages = {JobStatus.FAILED: 180}
    return {
        each.pk
        for each in WorkflowJob.objects.all()
        if each.status in LIVE_STATUSES
        or each.correlation_id in causes
        or each.finished_at >= days_ago(ages.get(JobStatus(each.status), 90))
    }


def deliveries_to_stay() -> set[Any]:
    live = {each.pk for each in live_jobs()}
    stay = {row.pk for row in WebhookDelivery.objects.all() if row.received_at >= days_ago(90) or row.job_id in live}
    return stay | set(
        WebhookDelivery.objects.filter(pk__in=stay).exclude(duplicate_of=None).values_list("duplicate_of", flat=True)
    )


def events_to_stay() -> set[Any]:
    live = live_jobs()
    return {
        row.pk
        for row in WorkflowEvent.objects.all()
        if row.received_at >= days_ago(30)
        or any(each.created_at <= row.received_at or each.wait_key == row.key for each in live)
    }


def pulls_to_stay() -> set[int]:
    told: Iterable[tuple[int, Any]] = (
        *Review.objects.values_list("number", "updated_at"),
        *Effect.objects.values_list("number", "done_at"),
        *GivenCommand.objects.values_list("number", "received_at"),
    )
    return {number for number, at in told if at >= days_ago(400)} | {each.payload["number"] for each in live_jobs()}


def keys(model: Any) -> set[Any]:
    return set(model.objects.values_list("pk", flat=True))


def numbers(model: Any) -> set[int]:
    return set(model.objects.values_list("number", flat=True))


def check(rows: dict[str, Any]) -> None:
    tables.wipe()
    make(rows)
    stopped = set(GivenCommand.objects.filter(command__in=["pause", "ignore"]).values_list("number", flat=True))
    to_stay = {WorkflowJob: jobs_to_stay(), WebhookDelivery: deliveries_to_stay(), WorkflowEvent: events_to_stay()}
    pulls = {model: numbers(model) & pulls_to_stay() for model in (Review, Effect)}
    pulls[GivenCommand] = numbers(GivenCommand) & (pulls_to_stay() | stopped)
    prune_old()
    assert {model: keys(model) for model in to_stay} == to_stay
    assert {model: numbers(model) for model in pulls} == pulls
    assert set(JobExecutionHistory.objects.values_list("job_id", flat=True)) == to_stay[WorkflowJob]
    once = tables.rows()
    assert prune_old().total() == 0
    assert tables.rows() == once


ANY_ROWS = hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.django_db
@given(rows=ROWS)
@ANY_ROWS
def test_what_must_stay_stays_the_rest_goes_and_twice_is_once(rows):
    check(rows)


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE%'"
AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DELETE%' AND pid <> pg_backend_pid()"


def count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_batch_it_leaves_every_row_and_the_next_run_goes_on(tmp_path):
    old, young = [job(days=200) for _ in range(3)], job(days=1)
    process = Process(sys.executable, "manage.py", "prune", "--archive", str(tmp_path))
    with transaction.atomic():
        JobExecutionHistory.objects.select_for_update().get(job=old[1], verb="claim")
        process.start()
        wait_until(lambda: count(WAITING) == 1, seconds=60, what="the batch that waits for a row")
        process.kill(signal.SIGKILL)
    wait_until(lambda: count(AT_WORK) == 0, seconds=60, what="the end of its connection")
    assert keys(WorkflowJob) == {each.pk for each in (*old, young)}
    assert JobExecutionHistory.objects.count() == 8
    assert prune_old(archive=tmp_path)["workflow_jobs"] == 3
    assert keys(WorkflowJob) == {young.pk}
    archived = Counter(row["id"] for row in lines_of(tmp_path, "workflow_jobs"))
    assert archived == {str(each.pk): 2 for each in old}
