from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from celeryconfig import ANALYSIS_QUEUE, REVIEW_QUEUE
from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import EventType, ProcessKind, WorkflowType
from jobs.waits import pause
from monitoring.pages import live_jobs
from monitoring.pages.live_jobs import is_capped, loads
from monitoring.pages.queues import lanes
from tests.monitoring.test_living import heard_of

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


def text_of_workers(client: Any) -> str:
    return client.get("/workers").content.decode()


def test_a_process_is_shown_with_what_its_children_run(admin_client):
    heard_of("worker-review", queues=["workflow.jobs.code_review"], slots=2, release="1f2e3d")
    claimed("host:11:worker-review", subject="octo/app#12")
    page = text_of_workers(admin_client)
    assert "1 of 2 slots are taken, for workflow.jobs.code_review." in page
    assert "octo/app#12" in page
    assert "Held by workers nobody has heard of" not in page


def test_what_is_missing_is_said(admin_client):
    heard_of("worker-review", queues=[REVIEW_QUEUE])
    heard_of("beat", ProcessKind.BEAT)
    page = text_of_workers(admin_client)
    assert f"Nobody takes from {ANALYSIS_QUEUE}" in page
    assert "No dispatcher runs" in page
    assert f"Nobody takes from {REVIEW_QUEUE}" not in page
    assert "No beat runs" not in page


def test_one_that_was_lost_and_one_that_was_replaced_look_different(admin_client):
    silent = {"next_beat_by": timezone.now() - timedelta(minutes=1)}
    heard_of("beat", ProcessKind.BEAT, pid=1, **silent)
    assert "Not heard of" in text_of_workers(admin_client)
    heard_of("beat", ProcessKind.BEAT, pid=2)
    page = text_of_workers(admin_client)
    assert "Not heard of" not in page
    assert "Replaced" in page


def test_a_process_of_an_older_release_is_marked(admin_client):
    old, new = timezone.now() - timedelta(hours=1), timezone.now()
    heard_of("beat", ProcessKind.BEAT, release="old", started_at=old)
    assert "Another release" not in text_of_workers(admin_client)
    heard_of("dispatcher", ProcessKind.DISPATCHER, release="new", started_at=new)
    assert text_of_workers(admin_client).count("Another release than the newest") == 1


def test_a_job_of_a_worker_nobody_has_heard_of_is_shown_too(admin_client):
    claimed("host:11:forgotten", subject="octo/app#13")
    page = text_of_workers(admin_client)
    assert "Held by workers nobody has heard of" in page
    assert "host:11:forgotten" in page


def test_a_worker_that_stopped_renewing_is_marked(admin_client):
    job = claimed()
    assert "Stopped renewing" not in text_of_workers(admin_client)
    WorkflowJob.objects.filter(id=job.id).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert "Stopped renewing" in text_of_workers(admin_client)


@pytest.mark.parametrize("owner", ["", "nameless", ":::", "<b>:1:<i>"])
def test_a_strange_name_of_a_worker_harms_nothing(admin_client, owner):
    job = claimed()
    WorkflowJob.objects.filter(id=job.id).update(lease_owner=owner)
    answer = admin_client.get("/workers")
    assert answer.status_code == 200
    assert "<i>" not in answer.content.decode()


def test_a_stranger_s_title_is_shown_as_plain_text(admin_client):
    claimed(subject="<script>\u202ex\0"[:-1])
    page = admin_client.get("/workers").content.decode()
    assert "&lt;script&gt;x" in page
    assert "\u202e" not in page
