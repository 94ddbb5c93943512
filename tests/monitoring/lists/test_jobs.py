"""Jobs are found by what they are about, in pages that cost the same wherever they are."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import JobKey, WorkflowJob
from jobs.states import WorkflowType
from monitoring.lists import pages as listing
from monitoring.lists.jobs import CONDITIONS, JobFilter, find_jobs

pytestmark = pytest.mark.django_db

HEAD = "1" * 40


def make(number: int = 1, *, repository: str = "octo/app", author: str = "ada", **values: Any) -> WorkflowJob:
    payload = {"repository": repository, "number": number, "author": author, "head_sha": HEAD, "trigger": "opened"}
    subject = f"{repository}#{number}"
    organization = repository.partition("/")[0]
    given = {"organization": organization, "subject": subject, "correlation_id": f"delivery-{number}"} | values
    return enqueue(WorkflowType.CODE_REVIEW, payload, dedupe_key=None, **given).job


def found(limit: int = 50, after: UUID | None = None, **values: Any) -> list[WorkflowJob]:
    return list(find_jobs(JobFilter({name: [value] for name, value in values.items()}), limit=limit, after=after).rows)


def test_without_a_filter_all_jobs_are_listed_newest_first():
    jobs = [make(number) for number in range(3)]
    assert found() == jobs[::-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "PENDING"),
        ("type", "CODE_REVIEW"),
        ("queue", "workflow.jobs.code_review"),
        ("organization", "octo"),
        ("repository", "octo/app"),
        ("pull_request", "octo/app#1"),
        ("author", "ada"),
        ("head", HEAD),
        ("event", "opened"),
        ("correlation_id", "delivery-1"),
        ("error_class", "RETRYABLE"),
        ("error_type", "Timeout"),
        ("stage", "find"),
        ("worker", "host:1"),
    ],
)
def test_a_filter_keeps_what_fits_it(name, value):
    wanted = make(1)
    running = (
        {"status": "PROCESSING", "lease_owner": "host:1", "lease_until": timezone.now()} if name == "worker" else {}
    )
    WorkflowJob.objects.filter(id=wanted.id).update(
        error_class="RETRYABLE", error_type="Timeout", stage="find", **running
    )
    other = enqueue(WorkflowType.AST_ANALYSIS, {"repository": "acme/b"}, dedupe_key=None, organization="acme").job
    WorkflowJob.objects.filter(id=other.id).update(status="COMPLETED")
    assert found(**{name: value}) == [wanted]


def test_every_filter_is_tried_above():
    marks = test_a_filter_keeps_what_fits_it.pytestmark
    tried = next(mark.args[1] for mark in marks if mark.name == "parametrize")
    assert {name for name, _ in tried} == set(CONDITIONS)


def test_filters_are_taken_together():
    make(1)
    wanted = make(2, author="grace")
    make(3, repository="octo/lib", author="grace")
    assert found(repository="octo/app", author="grace") == [wanted]


def test_several_values_of_one_filter_are_alternatives():
    jobs = [make(number, repository=f"octo/{name}") for number, name in enumerate("abc")]
    page = find_jobs(JobFilter({"repository": ["octo/a", "octo/c"]}), limit=50)
    assert list(page.rows) == [jobs[2], jobs[0]]


def test_pages_follow_each_other_without_gap_or_overlap():
    jobs = [make(number) for number in range(7)]
    seen, after = [], None
    while True:
        page = find_jobs(JobFilter({"repository": ["octo/app"]}), limit=3, after=after)
        seen += page.rows
        after = page.after
        if after is None:
            break
    assert seen == jobs[::-1]


def test_oldest_first_is_the_other_way_round():
    jobs = [make(number) for number in range(5)]
    first = find_jobs(JobFilter(newest_first=False), limit=3)
    rest = find_jobs(JobFilter(newest_first=False), limit=3, after=first.after)
    assert [*first.rows, *rest.rows] == jobs


def test_a_time_is_the_time_a_job_was_made():
    make()
    now = timezone.now()
    assert find_jobs(JobFilter(since=now + timedelta(seconds=1)), limit=5).rows == []
    assert (
        len(find_jobs(JobFilter(since=now - timedelta(minutes=1), until=now + timedelta(seconds=1)), limit=5).rows)
        == 1
    )


def test_a_filter_that_few_fit_says_how_far_it_looked(monkeypatch):
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 3)
    jobs = [make(number) for number in range(5)]
    looking = JobFilter({"organization": ["octo"], "error_type": ["Timeout"]})
    page = find_jobs(looking, limit=5)
    assert (page.rows, page.complete, page.after) == ([], False, jobs[2].id)
    rest = find_jobs(looking, limit=5, after=page.after)
    assert (rest.rows, rest.complete, rest.after) == ([], True, None)


def test_what_stages_keep_is_not_read():
    make()
    (job,) = found()
    assert "checkpoint" in job.get_deferred_fields()


def test_a_job_that_takes_a_newer_head_is_found_by_that():
    job = make()
    newer = {**job.payload, "head_sha": "2" * 40}
    transitions.fold(job.id, newer, delay=timedelta(), at_most=timedelta(hours=1), actor="test", reason="a push")
    assert found(head="2" * 40) == [job]
    assert found(head=HEAD) == []  # it is about the other one now


def test_two_values_with_one_key_are_told_apart():
    ada, grace = make(1), make(2, author="grace")
    for row in JobKey.objects.filter(job_id=ada.id):
        JobKey.objects.get_or_create(key=row.key, job_id=grace.id)
    assert found(author="ada") == [ada]
