import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.urls import reverse

from celeryconfig import REVIEW_QUEUE
from jobs import gates, pausing, transitions, waits
from jobs.admin_reading import CappedPaginator, ReadOnlyAdmin
from jobs.inbox import process_once
from jobs.models import (
    Gate,
    InboxMessage,
    JobExecutionHistory,
    OutboxMessage,
    PausedQueue,
    WorkflowEvent,
    WorkflowJob,
)
from jobs.states import ErrorClassification, EventType, JobStatus

pytestmark = pytest.mark.django_db
MODELS = [WorkflowJob, JobExecutionHistory, OutboxMessage, InboxMessage, WorkflowEvent, Gate, PausedQueue]
JOBS = "admin:jobs_workflowjob_changelist"


def name(model: Any) -> str:
    return str(model._meta.model_name)


def listed(client: Any, model: Any = WorkflowJob, **query: str) -> list[Any]:
    answer = client.get(reverse(f"admin:jobs_{name(model)}_changelist"), query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def page(client: Any, job: WorkflowJob) -> str:
    return str(client.get(reverse("admin:jobs_workflowjob_change", args=[job.id])).content.decode())


def act(client: Any, action: str, *jobs: WorkflowJob, **values: str) -> Any:
    data = {"action": action, "_selected_action": [str(job.id) for job in jobs], **values}
    return client.post(reverse(JOBS), data, follow=True)


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def event():
    return waits.emit(EventType.AST_COMPLETED, scope="octo", key="octo/app@1", payload={}, event_id="e1", source="t")


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_each_list_opens(admin_client, make_job, event, model):
    make_job(subject="octo/app#1")
    process_once(consumer="c", message_id="m", effect=lambda: None)
    gates.close("github", seconds=60, why=ErrorClassification.RATE_LIMITED, reason="until noon")
    pausing.pause(REVIEW_QUEUE, actor="ann", reason="a move")
    assert listed(admin_client, model)


@pytest.mark.parametrize("model", MODELS, ids=name)
@pytest.mark.parametrize("verb", ["add", "change", "delete"])
def test_nothing_is_written_by_hand(rf, model, verb):
    request = rf.get("/")
    request.user = User(is_superuser=True, is_active=True)
    assert not getattr(site._registry[model], f"has_{verb}_permission")(request)


@pytest.mark.parametrize("model", MODELS, ids=name)
def test_no_column_of_a_big_table_can_be_sorted_or_counted_whole(model):
    model_admin = site._registry[model]
    assert isinstance(model_admin, ReadOnlyAdmin)
    assert (model_admin.sortable_by, model_admin.show_full_result_count) == ((), False)
    assert model_admin.paginator is CappedPaginator


def test_counting_stops_early(monkeypatch, make_job):
    monkeypatch.setattr("jobs.admin_reading.MOST_COUNTED", 2)
    for _ in range(3):
        make_job()
    assert CappedPaginator(WorkflowJob.objects.order_by("pk"), 1).count == 2


def test_a_filter_without_an_index_looks_through_the_newest_rows_only_and_says_so(admin_client, make_job, monkeypatch):
    monkeypatch.setattr("jobs.admin_reading.LOOKED_THROUGH", 1)
    older, newer = sorted(
        (make_job(organization="octo", subject="octo/app#1"), make_job(organization="octo", subject="octo/app#1")),
        key=lambda job: job.id,
    )
    assert listed(admin_client, workflow_type__exact="CODE_REVIEW") == [newer]
    answer = admin_client.get(reverse(JOBS), {"workflow_type__exact": "CODE_REVIEW"})
    assert "among the newest 1" in answer.content.decode()
    assert listed(admin_client, workflow_type__exact="CODE_REVIEW", q="octo/app#1") == [newer, older]


@pytest.mark.parametrize("query", [{}, {"status__exact": "PENDING"}, {"p": "1"}, {"look": "overdue"}])
def test_a_list_that_an_index_serves_shows_all(admin_client, make_job, monkeypatch, query):
    monkeypatch.setattr("jobs.admin_reading.LOOKED_THROUGH", 1)
    jobs = [make_job(), make_job()]
    WorkflowJob.objects.update(due_at="2020-01-01T00:00:00Z")
    assert set(listed(admin_client, **query)) == set(jobs)
    assert "among the newest" not in admin_client.get(reverse(JOBS), query).content.decode()


def test_the_rows_of_an_old_job_are_still_found_by_it(admin_client, make_job, monkeypatch):
    monkeypatch.setattr("jobs.admin_reading.LOOKED_THROUGH", 1)
    older, _ = make_job(), make_job()
    assert listed(admin_client, JobExecutionHistory, job__id__exact=str(older.id)) == [older.history.get()]


def test_a_job_is_found_by_id_correlation_id_repository_and_number(admin_client, make_job):
    about = {"repository": "octo/app"}
    job = make_job(payload=about, organization="octo", subject="octo/app#1", correlation_id=str(uuid4()))
    make_job(payload={"repository": "octo/app2"}, organization="octo", subject="octo/app2#1", correlation_id="another")
    for term in (str(job.id), job.correlation_id, "octo/app", "octo/app#1", " octo/app#1 "):
        assert listed(admin_client, q=term) == [job]


def test_a_number_finds_no_longer_number(admin_client, make_job):
    make_job(organization="octo", subject="octo/app#12")
    assert listed(admin_client, q="octo/app#1") == []


@pytest.mark.parametrize("term", ["%", "'; --", "\0", "a" * 5000, "/", "#", "//", "\u202e", "00000000"])
@pytest.mark.parametrize("model", MODELS, ids=name)
def test_a_senseless_search_finds_nothing_and_breaks_nothing(admin_client, make_job, event, model, term):
    make_job(organization="octo", subject="octo/app#1")
    assert term == "\0" or listed(admin_client, model, q=term) == []


AN_ID = "6f1c1c1e-8d1a-4a7b-9a3e-0d5a5d0f7c11"
SEARCHES = [
    (WorkflowJob, AN_ID),
    (WorkflowJob, "octo/app#1"),
    (WorkflowJob, "octo/app"),
    (WorkflowJob, "a-correlation-id"),
    (JobExecutionHistory, AN_ID),
    (OutboxMessage, AN_ID),
    (InboxMessage, "an-event-id"),
    (WorkflowEvent, "an-event-id"),
    (WorkflowEvent, "octo octo/app@1"),
]


@pytest.mark.parametrize(("model", "term"), SEARCHES)
def test_every_search_is_by_index(rf, model, term):
    model_admin: Any = site._registry[model]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = model.objects.filter(model_admin.find(term)).explain()
    assert "Seq Scan" not in plan
    assert "Index Cond" in plan


@pytest.mark.parametrize("look", ["overdue", "lease", "wait", "failed"])
def test_what_needs_a_look_is_found_by_index(rf, make_job, look):
    model_admin: Any = site._registry[WorkflowJob]
    request = rf.get("/", {"look": look})
    request.user = User(is_superuser=True, is_active=True)
    for _ in range(100):  # of an empty table, all indexes are as good
        make_job(delay=timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workflow_jobs")
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = model_admin.get_changelist_instance(request).get_queryset(request).order_by()
    assert "Index Cond" in found.explain()


def test_an_overdue_job_needs_a_look_and_a_fresh_one_does_not(admin_client, make_job):
    late, _ = make_job(), make_job()
    WorkflowJob.objects.filter(id=late.id).update(due_at="2020-01-01T00:00:00Z")
    assert listed(admin_client, look="overdue") == [late]


def test_the_page_of_a_job_says_why_it_is_where_it_is(admin_client, make_job):
    assert "its message waits for its turn" in page(admin_client, make_job())


def test_the_page_of_a_job_asks_no_more_for_a_long_history(admin_client, make_job, django_assert_max_num_queries):
    job = make_job()
    for dispatch in range(1, 21):
        transitions.redispatch(job.id, dispatch, actor="a test")
    with django_assert_max_num_queries(8):
        page(admin_client, job)


def test_the_page_of_a_job_shows_its_history_and_links_to_its_messages(admin_client, make_job):
    job = make_job()
    text = page(admin_client, job)
    assert "enqueue" in text
    assert f"/admin/jobs/outboxmessage/?job__id__exact={job.id}" in text


def test_the_links_of_a_job_lead_to_its_rows(admin_client, make_job):
    job, _ = make_job(), make_job()
    for url in re.findall(r'href="(/admin/[^"]+job__id__exact[^"]+)"', page(admin_client, job)):
        rows = admin_client.get(url).context["cl"].result_list
        assert {row.job_id for row in rows} <= {job.id}


def test_a_page_of_no_job_is_not_an_error(admin_client):
    answer = admin_client.get(reverse("admin:jobs_workflowjob_change", args=["not-an-id"]))
    assert answer.status_code == 302


def test_cancelling_asks_for_a_reason_first(admin_client, make_job):
    job = make_job()
    answer = act(admin_client, "cancel_jobs", job)
    assert 'name="reason"' in answer.content.decode()
    job.refresh_from_db()
    assert job.status == JobStatus.PENDING


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\0b"])
def test_a_reason_that_cannot_be_kept_is_asked_for_again(admin_client, make_job, reason):
    job = make_job()
    act(admin_client, "cancel_jobs", job, confirmed="1", reason=reason)
    job.refresh_from_db()
    assert job.status == JobStatus.PENDING


def test_a_cancelled_job_keeps_who_and_why(admin_client, make_job):
    job = make_job()
    answer = act(admin_client, "cancel_jobs", job, confirmed="1", reason="not needed")
    last = job.history.last()
    assert (last.verb, last.actor, last.detail) == ("cancel", "admin:admin", {"reason": "not needed"})
    assert told(answer) == ["1 cancelled."]


def test_a_job_retried_by_hand_is_runnable_again(admin_client, make_job):
    job = transitions.cancel(make_job().id, actor="t", reason="r")
    act(admin_client, "retry_jobs", job, confirmed="1", reason="fixed upstream")
    job.refresh_from_db()
    assert (job.status, job.history.last().actor) == (JobStatus.PENDING, "admin:admin")


def test_what_is_refused_is_told_and_the_rest_is_done(admin_client, make_job):
    live, over = make_job(subject="octo/app#1"), make_job(subject="octo/app#2")
    transitions.cancel(over.id, actor="t", reason="r")
    answer = act(admin_client, "cancel_jobs", live, over, confirmed="1", reason="both")
    done, refused = told(answer)
    assert done == "1 cancelled."
    assert refused.startswith("1 refused. CODE_REVIEW octo/app#2: The job is not in a state that allows this")


def test_too_many_at_once_are_left_alone(admin_client, make_job, monkeypatch):
    monkeypatch.setattr("jobs.admin_actions.MOST_AT_ONCE", 1)
    jobs = [make_job(), make_job()]
    answer = act(admin_client, "cancel_jobs", *jobs, confirmed="1", reason="all")
    assert told(answer) == ["Nothing was done: select at most 1 jobs at once."]
    assert WorkflowJob.objects.filter(status=JobStatus.CANCELLED).count() == 0


@pytest.mark.parametrize(("cancelled", "offered"), [(False, "Cancel…"), (True, "Retry by hand…")])
def test_the_page_of_a_job_offers_what_its_status_allows(admin_client, make_job, cancelled, offered):
    job = make_job()
    if cancelled:
        transitions.cancel(job.id, actor="t", reason="r")
    buttons = re.findall(r'class="button">([^<]+)</button>', page(admin_client, job))
    assert buttons == [offered]


@pytest.fixture
def onlooker(client):
    """May look at jobs, not steer them."""
    user = User.objects.create_user("onlooker", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_workflowjob"))
    client.force_login(user)
    return client


def test_an_onlooker_sees_jobs_and_no_buttons(onlooker, make_job):
    assert 'class="button"' not in page(onlooker, make_job())


def test_an_onlooker_cannot_cancel(onlooker, make_job):
    job = make_job()
    act(onlooker, "cancel_jobs", job, confirmed="1", reason="mine now")
    job.refresh_from_db()
    assert job.status == JobStatus.PENDING
