from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jobs import transitions
from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import ErrorClassification, EventType, WorkflowType
from jobs.transitions import Failure
from jobs.waits import pause
from monitoring.models import AuditEntry, Member, Role
from reviews.models import Finding, Outcome, Review

pytestmark = pytest.mark.django_db
BROKEN = Failure(ErrorClassification.PERMANENT, "NotFound", "No such pull request.")


def make_job(subject: str = "octo/app#12", **values: Any) -> WorkflowJob:
    kind = values.pop("kind", WorkflowType.CODE_REVIEW)
    organization, _, _ = subject.partition("/")
    payload = {"repository": subject.partition("#")[0], "head_sha": "1f" * 20}
    return enqueue(kind, payload, dedupe_key=None, organization=organization, subject=subject, **values).job


def claimed(**values: Any) -> WorkflowJob:
    job = make_job(**values)
    return transitions.claim(job.id, job.dispatch, owner="host:1:ab", lease_seconds=30)


def sign_in(client: Any, role: str, organization: str = "") -> Any:
    user = User.objects.create_user(f"{role}{organization}")
    Member.objects.create(user=user, role=role, organization=organization)
    client.force_login(user)
    return client


@pytest.fixture
def listed(admin_client):
    def ids(query: str) -> set[str]:
        page = admin_client.get(f"/jobs?{query}").content.decode()
        return {str(job.id) for job in WorkflowJob.objects.all() if f'href="/jobs/{job.id}"' in page}

    return ids


def test_jobs_are_listed_by_status_and_type(listed):
    waiting, failed = make_job(), transitions.fail(claimed(), BROKEN)
    graph = make_job(kind=WorkflowType.AST_ANALYSIS)
    assert listed("") == {str(waiting.id), str(failed.id), str(graph.id)}
    assert listed("status=FAILED") == {str(failed.id)}
    assert listed("type=AST_ANALYSIS") == {str(graph.id)}
    assert listed("status=&type=&q=") == listed("")


@pytest.mark.parametrize(
    "term", ["octo/app#12", "octo/app", "https://github.com/octo/app/pull/12/files", "1f" * 20, "delivery-1"]
)
def test_the_box_takes_what_names_a_job(listed, term):
    wanted = make_job(correlation_id="delivery-1")
    make_job("other/app#12", correlation_id="delivery-2")
    assert str(wanted.id) in listed(f"q={term.replace('#', '%23')}")
    if term != "1f" * 20:
        assert len(listed(f"q={term.replace('#', '%23')}")) == 1


def test_a_job_s_id_leads_to_the_job(admin_client):
    job = make_job()
    assert admin_client.get(f"/jobs?q={job.id}")["Location"] == f"/jobs/{job.id}"


def test_a_list_goes_on_where_the_page_ended(admin_client):
    jobs = [make_job() for _ in range(3)]
    page = admin_client.get("/jobs?limit=2&status=PENDING").content.decode()
    assert f"after={jobs[1].id}" in page
    following = admin_client.get(f"/jobs?limit=2&status=PENDING&after={jobs[1].id}").content.decode()
    assert f'href="/jobs/{jobs[0].id}"' in following
    assert f'href="/jobs/{jobs[1].id}"' not in following


@pytest.mark.parametrize(
    "query",
    ["status=GONE", "status__in=FAILED", "limit=0", "limit=1e9", "after=x", "nothing=1", "q=a&created_after=x"],
)
def test_what_cannot_be_asked_is_said(admin_client, query):
    answer = admin_client.get(f"/jobs?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_a_job_says_why_it_is_where_it_is_and_what_it_waits_for(admin_client):
    wait = WaitForEvent(EventType.AST_COMPLETED, scope="octo", key="octo/app@1f", timeout=timedelta(minutes=15))
    page = admin_client.get(f"/jobs/{pause(claimed(), wait).id}").content.decode()
    assert "Waiting for ast.completed of octo/app@1f since" in page
    assert "goes on without it" in page


def test_a_job_shows_its_findings_posted_and_dropped(admin_client):
    job = transitions.complete(claimed(), {"outcome": "REVIEWED"})
    review = Review.objects.create(job=job, repository="octo/app", head_sha="1f", outcome=Outcome.REVIEWED)
    for posted in (True, False):
        Finding.objects.create(
            review=review, rule="F1", path=f"{posted}.py", line=3, end_line=3, message="<b>", posted=posted
        )
    page = admin_client.get(f"/jobs/{job.id}").content.decode()
    assert "True.py:3" in page
    assert "Dropped" in page
    assert "<b>" not in page


def test_what_a_stage_kept_is_on_no_page(admin_client):
    job = transitions.checkpoint(claimed(), stage="fetch", state={"diff": "private code"}, lease_seconds=30)
    for path in ("/jobs", f"/jobs/{job.id}", "/workers"):
        assert "private code" not in admin_client.get(path).content.decode()


@pytest.mark.parametrize("end", [None, transitions.complete])
def test_a_job_takes_eight_queries_at_most(client, django_assert_max_num_queries, end):
    job = claimed() if end is None else end(claimed(), {"outcome": "REVIEWED"})
    sign_in(client, Role.OPERATOR)
    with django_assert_max_num_queries(8):
        client.get(f"/jobs/{job.id}")


@pytest.mark.parametrize("job_id", [uuid4(), "x", "1" * 3000, "%00"])
def test_an_unknown_job_is_not_found(admin_client, job_id):
    assert admin_client.get(f"/jobs/{job_id}").status_code == 404


def test_an_operator_retries_with_a_reason_that_is_kept(client):
    job = transitions.fail(claimed(), BROKEN)
    answer = sign_in(client, Role.OPERATOR).post(f"/jobs/{job.id}/retry", {"reason": "it is back"}, follow=True)
    assert "Done: put back into its queue." in answer.content.decode()
    job.refresh_from_db()
    assert (job.status, job.reason) == ("PENDING", "it is back")
    assert AuditEntry.objects.filter(target=str(job.id), action="retry", reason="it is back").count() == 1


def test_without_a_reason_nothing_is_done(client):
    job = make_job()
    answer = sign_in(client, Role.OPERATOR).post(f"/jobs/{job.id}/cancel", {"reason": "  "}, follow=True)
    assert "Say why" in answer.content.decode()
    job.refresh_from_db()
    assert job.status == "PENDING"


def test_what_cannot_be_done_any_more_is_said(client):
    job = transitions.complete(claimed(), {})
    answer = sign_in(client, Role.OPERATOR).post(f"/jobs/{job.id}/cancel", {"reason": "late"}, follow=True)
    assert "A job that is COMPLETED cannot be cancelled." in answer.content.decode()


def test_a_viewer_has_no_buttons_and_is_refused_all_the_same(client):
    job = make_job()
    sign_in(client, Role.VIEWER)
    assert "Cancel …" not in client.get(f"/jobs/{job.id}").content.decode()
    assert client.post(f"/jobs/{job.id}/cancel", {"reason": "x"}).status_code == 403
    job.refresh_from_db()
    assert job.status == "PENDING"


def test_another_organization_s_job_is_not_there(client):
    job = make_job("other/app#1")
    sign_in(client, Role.OPERATOR, "octo")
    assert client.get(f"/jobs/{job.id}").status_code == 404
    assert client.post(f"/jobs/{job.id}/cancel", {"reason": "x"}).status_code == 404
    assert str(job.id) not in client.get("/jobs").content.decode()
    assert client.get(f"/jobs?q={job.id}").status_code == 200


def test_a_form_needs_its_token(admin_user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    answer = client.post(f"/jobs/{make_job().id}/cancel", {"reason": "x"})
    assert answer.status_code == 403
    assert "nothing was changed" in answer.content.decode()


def test_a_poll_is_not_new_because_of_the_form_s_token(admin_client):
    path, poll = f"/jobs/{make_job().id}", {"HX-Request": "true"}
    etag = admin_client.get(path, headers=poll)["ETag"]
    assert admin_client.get(path, headers={**poll, "If-None-Match": etag}).status_code == 304
