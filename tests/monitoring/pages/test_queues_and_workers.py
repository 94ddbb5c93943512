from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from celeryconfig import ANALYSIS_QUEUE, REVIEW_QUEUE
from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import EventType, WorkflowType
from jobs.waits import pause
from monitoring.pages import live_jobs
from monitoring.pages.live_jobs import is_capped, loads
from monitoring.pages.queues import lanes
from monitoring.pages.workers import by_worker

pytestmark = pytest.mark.django_db


def make_job(kind: WorkflowType = WorkflowType.CODE_REVIEW, **values: Any) -> WorkflowJob:
    return enqueue(kind, {}, dedupe_key=None, **values).job


def claimed(owner: str = "host:1:ab", **values: Any) -> WorkflowJob:
    job = make_job(**values)
    return transitions.claim(job.id, job.dispatch, owner=owner, lease_seconds=30)


def test_a_queue_is_told_by_what_its_live_jobs_do():
    make_job()
    make_job(delay=timedelta(minutes=1))
    claimed("host:1:ab")
    claimed("host:2:ab")
    pause(claimed(), WaitForEvent(EventType.AST_COMPLETED, scope="s", key="k", timeout=timedelta(minutes=1)))
    transitions.complete(claimed(), {})
    load = loads("")[REVIEW_QUEUE]
    assert (load.ready, load.later, load.running, load.waiting, load.workers) == (1, 1, 2, 1, 2)


def test_the_oldest_ready_job_says_since_when():
    old = make_job()
    make_job()
    since = timezone.now() - timedelta(minutes=3)
    WorkflowJob.objects.filter(id=old.id).update(due_at=since)
    assert loads("")[REVIEW_QUEUE].ready_since == since


def test_another_organization_s_jobs_are_not_counted():
    make_job(organization="octo")
    make_job(organization="other")
    assert loads("octo")[REVIEW_QUEUE].ready == 1


def test_a_backlog_is_read_up_to_a_bound_and_told_so(monkeypatch, admin_client):
    monkeypatch.setattr(live_jobs, "MOST_READ", 3)
    for _ in range(5):
        make_job()
    found = loads("")
    assert (found[REVIEW_QUEUE].ready, is_capped(found)) == (3, True)
    assert "<b>3+</b>" in admin_client.get("/queues").content.decode()


def test_every_declared_queue_of_jobs_is_there_even_when_it_is_empty():
    names = {lane.name: lane for lane in lanes({})}
    assert {"code_review", "ast_analysis", "delivery_recovery", "command_answer"} <= set(names)
    assert names["code_review"].carries == "code review, check closing"
    assert names["ast_analysis"].load.queue == ANALYSIS_QUEUE


def test_a_queue_that_only_rows_know_of_is_shown_too():
    job = make_job()
    WorkflowJob.objects.filter(id=job.id).update(queue="workflow.jobs.gone")
    assert lanes(loads(""))[-1].name == "gone"


def test_children_of_one_worker_stand_together():
    jobs = [claimed("build-3:11:aa"), claimed("build-3:12:aa"), claimed("build-3:13:bb")]
    assert [(worker.host, worker.name, len(worker.jobs)) for worker in by_worker(jobs)] == [
        ("build-3", "aa", 2),
        ("build-3", "bb", 1),
    ]


def test_a_worker_that_stopped_renewing_is_marked(admin_client):
    job = claimed()
    assert "Stopped renewing" not in admin_client.get("/workers").content.decode()
    WorkflowJob.objects.filter(id=job.id).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert "Stopped renewing" in admin_client.get("/workers").content.decode()


@pytest.mark.parametrize("owner", ["", "nameless", ":::", "<b>:1:<i>"])
def test_a_strange_name_of_a_worker_harms_nothing(admin_client, owner):
    job = claimed()
    WorkflowJob.objects.filter(id=job.id).update(lease_owner=owner)
    answer = admin_client.get("/workers")
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


def test_a_stranger_s_title_is_shown_as_plain_text(admin_client):
    claimed(subject="<script>\u202ex\0"[:-1])
    page = admin_client.get("/workers").content.decode()
    assert "&lt;script&gt;x" in page
    assert "\u202e" not in page
