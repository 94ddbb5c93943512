from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from celeryconfig import ANALYSIS_QUEUE, CALENDAR_QUEUE, REVIEW_QUEUE
from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import PausedQueue, WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.pausing import pause as pause_queue
from jobs.pausing import pauses
from jobs.states import EventType, ProcessKind, WorkflowType
from jobs.waits import pause
from monitoring.models import Member, Role
from monitoring.pages import live_jobs, workers
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
    names = {lane.name: lane for lane in lanes({}, {})}
    assert {"code_review", "ast_analysis", "delivery_recovery", "command_answer"} <= set(names)
    assert names["code_review"].carries == "code review, check closing"
    assert names["ast_analysis"].load.queue == ANALYSIS_QUEUE


def test_a_queue_that_only_rows_know_of_is_shown_too():
    job = make_job()
    WorkflowJob.objects.filter(id=job.id).update(queue="workflow.jobs.gone")
    assert lanes(loads(""), {})[-1].name == "gone"


def test_a_queue_that_is_declared_no_more_and_still_paused_is_shown(admin_client):
    PausedQueue.objects.create(queue="workflow.jobs.gone", actor="user:ann", reason="r")
    assert lanes({}, pauses())[-1].name == "gone"
    assert "/queues/workflow.jobs.gone/resume" in admin_client.get("/queues").content.decode()


def test_a_strange_name_of_a_queue_harms_nothing(admin_client):
    WorkflowJob.objects.filter(id=make_job().id).update(queue="a/b")
    assert admin_client.get("/queues").status_code == 200


def steer(client: Client, action: str, queue: str = REVIEW_QUEUE, **given: str) -> str:
    """The page that answers, in one line."""
    answer = client.post(f"/queues/{queue}/{action}", given, follow=True)
    return " ".join(answer.content.decode().split())


def test_an_operator_pauses_a_queue_for_a_reason_and_resumes_it(admin_client):
    page = steer(admin_client, "pause", reason="GitHub <b>moves")
    assert "code_review is paused. What runs goes on to its end." in page
    assert "by user:admin: GitHub &lt;b&gt;moves" in page
    assert pauses()[REVIEW_QUEUE].reason == "GitHub <b>moves"
    page = steer(admin_client, "resume")
    assert "code_review goes on." in page
    assert pauses() == {}


def test_without_a_reason_no_queue_is_paused(admin_client):
    assert "Say why" in steer(admin_client, "pause", reason="  ")
    assert pauses() == {}


def test_what_is_so_already_is_said(admin_client):
    assert "was not paused" in steer(admin_client, "resume")
    steer(admin_client, "pause", reason="one")
    assert "was paused already" in steer(admin_client, "pause", reason="two")
    assert pauses()[REVIEW_QUEUE].reason == "one"


@pytest.mark.parametrize("action", ["pause", "resume"])
def test_there_is_no_such_page_for_what_is_no_queue_of_jobs(admin_client, action):
    answer = admin_client.post(f"/queues/{CALENDAR_QUEUE}/{action}", {"reason": "r"})
    assert answer.status_code == 404


@pytest.mark.parametrize("role", Role)
def test_only_who_may_steer_is_offered_to_and_may(client, role):
    user = User.objects.create_user("ada")
    Member.objects.create(user=user, role=role)
    client.force_login(user)
    may = role != Role.VIEWER
    assert ("Pause the queue" in client.get("/queues").content.decode()) == may
    answer = client.post(f"/queues/{REVIEW_QUEUE}/pause", {"reason": "r"})
    assert (answer.status_code, REVIEW_QUEUE in pauses()) == ((302, True) if may else (403, False))
    assert client.post(f"/queues/{REVIEW_QUEUE}/resume").status_code == (302 if may else 403)


def test_who_is_of_one_organization_is_not_told_by_whom_and_why_on_the_overview(client):
    user = User.objects.create_user("ada")
    Member.objects.create(user=user, role=Role.ADMIN, organization="octo")
    client.force_login(user)
    pause_queue(REVIEW_QUEUE, actor="user:ann", reason="a secret of acme")
    page = client.get("/").content.decode()
    assert ("Paused" in page, "secret of acme" in page) == (True, False)


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
    assert "No dispatcher process runs" in page
    assert f"Nobody takes from {REVIEW_QUEUE}" not in page
    assert "No beat process runs" not in page


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


def test_of_very_many_such_jobs_those_whose_leases_end_first_are_shown_and_a_way_to_all(admin_client, monkeypatch):
    monkeypatch.setattr(workers, "MOST_STRAYS", 2)
    heard_of("worker-review", queues=[REVIEW_QUEUE])
    known, *gone = [claimed(owner, subject=f"octo/app#{n}") for n, owner in enumerate(("h:1:worker-review", *"abc"))]
    page = text_of_workers(admin_client)
    shown = [job for job in gone if str(job.id) in page]
    assert (shown, str(known.id) in page) == (gone[:2], True)
    assert "?status=PROCESSING" in page
    transitions.complete(gone[0], {})
    assert "?status=PROCESSING" not in text_of_workers(admin_client)


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
