import csv
import io
import json
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from jobs import transitions
from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from jobs.transitions import Failure
from monitoring.models import Member, Role
from monitoring.pages import export
from tests.monitoring.pages.story import lived, make_job, take

pytestmark = pytest.mark.django_db


def as_csv(client, query=""):
    answer = client.get(f"/jobs.csv?{query}")
    assert (answer.status_code, answer["Content-Disposition"]) == (200, 'attachment; filename="jobs.csv"')
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))


def as_ndjson(client, query=""):
    answer = client.get(f"/jobs.ndjson?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.getvalue().decode().splitlines()]


@pytest.fixture
def failed():
    job = take(make_job(uuid4(), WorkflowType.CODE_REVIEW, head="4" * 40))
    return transitions.fail(job, Failure("PERMANENT", "NotFound", "=HYPERLINK(1)"))


def test_the_file_holds_what_the_list_would_show(admin_client, failed):
    story = lived()
    every = {str(failed.id), str(story.review.id), str(story.graph.id)}
    for told in (as_csv, as_ndjson):
        assert {row["id"] for row in told(admin_client)} == every
        assert [row["id"] for row in told(admin_client, "status=FAILED")] == [str(failed.id)]
        assert [row["id"] for row in told(admin_client, f"q={'4' * 40}&type=")] == [str(failed.id)]
        assert told(admin_client, "q=octo/none") == []


def test_the_page_links_to_the_file_of_its_filter(admin_client):
    page = admin_client.get("/jobs?status=FAILED&q=octo/app").content.decode()
    assert 'href="/jobs.csv?status=FAILED&amp;q=octo%2Fapp"' in page
    assert 'href="/jobs.ndjson?status=FAILED&amp;q=octo%2Fapp"' in page


def test_no_text_of_a_stranger_is_run_as_a_formula(admin_client, failed):
    assert as_csv(admin_client)[0]["error_message"] == "'=HYPERLINK(1)"
    assert as_ndjson(admin_client)[0]["error_message"] == "=HYPERLINK(1)"


def test_it_goes_on_from_page_to_page_and_ends_where_it_is_capped(admin_client, monkeypatch):
    jobs = [make_job(uuid4(), WorkflowType.CODE_REVIEW, head=f"{number:040}") for number in range(7)]
    monkeypatch.setattr(export, "MAX_LIMIT", 2)
    assert [row["id"] for row in as_csv(admin_client)] == [str(job.id) for job in reversed(jobs)]
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    assert [row["id"] for row in as_csv(admin_client)][3:] == ["cut here: there are more, ask for fewer"]
    monkeypatch.setattr(export, "MOST_ROWS", 7)
    assert len(as_csv(admin_client)) == 7


def test_it_ends_when_it_has_looked_through_enough(admin_client, monkeypatch):
    for number in range(4):
        make_job(uuid4(), WorkflowType.CODE_REVIEW, head=f"{number:040}")
    monkeypatch.setattr(export, "MAX_LIMIT", 1)
    monkeypatch.setattr(export, "MOST_PAGES", 2)
    told = as_ndjson(admin_client)
    assert len(told) == 3
    assert told[-1]["id"].startswith("cut here")


def test_what_a_stage_kept_is_in_no_file(admin_client):
    lived()
    assert "private code" not in json.dumps(as_ndjson(admin_client))


def test_another_organization_s_jobs_are_in_no_file(client):
    lived()
    user = User.objects.create_user("ada")
    Member.objects.create(user=user, role=Role.VIEWER, organization="acme")
    client.force_login(user)
    own = make_job(uuid4(), WorkflowType.CODE_REVIEW, owner="acme")
    for query in ("", "organization=octo", "q=octo/app"):
        told = {row["id"] for row in as_csv(client, query)}
        assert told <= {str(own.id)}
    assert WorkflowJob.objects.count() == 3


@pytest.mark.parametrize("query", ["status=GONE", "x=1", "created_after=x", "q=%00"])
def test_what_cannot_be_asked_is_refused(admin_client, query):
    assert admin_client.get(f"/jobs.csv?{query}").status_code == 400
