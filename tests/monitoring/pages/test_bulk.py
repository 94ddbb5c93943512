"""From a list to an action on all of it: looked at, given a reason, confirmed, without JavaScript."""

from typing import Any

import pytest
from django.test import Client

from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from monitoring import steering
from monitoring.bulk import acting
from monitoring.models import Role
from tests.monitoring.bulk.conftest import failed, make_job, run, status_of
from tests.monitoring.pages.test_jobs import sign_in

pytestmark = pytest.mark.django_db

CANCEL = "/bulk-actions/cancel?repository=octo/app"
CONFIRMED = {"reason": "not wanted", "confirmed": "yes"}


@pytest.fixture
def operator(client: Client) -> Client:
    return sign_in(client, Role.OPERATOR)


def text_of(answer: Any) -> str:
    return answer.content.decode()


def bulk_jobs() -> list[WorkflowJob]:
    return list(WorkflowJob.objects.filter(workflow_type=WorkflowType.BULK_ACTION))


def test_a_narrowed_list_leads_to_it_with_what_it_is_narrowed_to(operator):
    listed = text_of(operator.get("/jobs?q=octo/app&status=FAILED&after=00000000-0000-7000-8000-000000000000"))
    assert 'href="/bulk-actions/cancel?q=octo%2Fapp&amp;status=FAILED"' in listed
    assert 'href="/bulk-actions/retry?q=octo%2Fapp&amp;status=FAILED"' in listed


def test_the_list_of_all_jobs_does_not(operator):
    assert "/bulk-actions/" not in text_of(operator.get("/jobs"))
    answer = operator.get("/bulk-actions/cancel", follow=True)
    assert answer.redirect_chain == [("/jobs", 302)]
    assert "Narrow the list down first" in text_of(answer)


def test_who_may_only_look_is_not_shown_it_and_may_not_do_it(client):
    viewer = sign_in(client, Role.VIEWER)
    assert "/bulk-actions/" not in text_of(viewer.get("/jobs?status=FAILED"))
    assert viewer.get(CANCEL).status_code == 403
    assert viewer.post(CANCEL, CONFIRMED).status_code == 403
    assert bulk_jobs() == []


def test_it_says_what_it_would_do_and_does_nothing_yet(operator):
    job = make_job()
    failed()
    page = text_of(operator.get(CANCEL))
    assert "One job would be cancelled." in page
    assert f'href="/jobs/{job.id}"' in page
    assert "1: A job that is FAILED cannot be cancelled." in page
    assert bulk_jobs() == []


def test_with_a_reason_and_confirmed_a_job_does_it(operator):
    job = make_job()
    answer = operator.post(CANCEL, CONFIRMED)
    (bulk,) = bulk_jobs()
    assert answer["Location"] == f"/jobs/{bulk.id}"
    run(bulk)
    page = text_of(operator.get(answer["Location"]))
    assert "<dt>Done</dt><dd>1</dd>" in page
    assert "Cancel all with repository octo/app" in page
    assert status_of(job) == ["CANCELLED"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reason": " ", "confirmed": "yes"}, "Say why"),
        ({"reason": "not wanted"}, "confirm that all of them are meant"),
    ],
)
def test_without_a_reason_or_a_confirmation_nothing_is_done(operator, given, said):
    make_job()
    answer = operator.post(CANCEL, given)
    assert said in text_of(answer)
    assert bulk_jobs() == []


def test_a_second_one_is_refused_with_the_reason_kept_in_the_form(operator):
    operator.post(CANCEL, CONFIRMED)
    page = text_of(operator.post(CANCEL, CONFIRMED))
    assert "One bulk action at a time." in page
    assert 'value="not wanted"' in page


def test_what_the_list_does_not_understand_is_said(operator):
    answer = operator.get("/bulk-actions/retry?status=lost")
    assert answer.status_code == 400
    assert "status" in text_of(answer)


def test_its_page_shows_how_far_it_is(operator, monkeypatch):
    jobs = [make_job() for _ in range(3)]
    monkeypatch.setattr(acting, "BATCH", 2)
    operator.post(CANCEL, CONFIRMED)
    (bulk,) = bulk_jobs()
    seen = []
    steer = steering.steer

    def looked_at(*given: Any, **named: Any) -> Any:
        seen.append(text_of(operator.get(f"/jobs/{bulk.id}")))
        return steer(*given, **named)

    monkeypatch.setattr(acting, "steer", looked_at)
    run(bulk)
    assert status_of(*jobs) == ["CANCELLED"] * 3
    assert "<dt>Done</dt><dd>0, and a batch of 2 is being acted on</dd>" in seen[0]
    assert "<dt>Done</dt><dd>2, and a batch of 1 is being acted on</dd>" in seen[2]


@pytest.mark.parametrize("text", ["<b>\u202ebecause</b>", "a\0b"])
def test_a_reason_is_shown_as_plain_text(operator, text):
    make_job()
    operator.post(CANCEL, {**CONFIRMED, "reason": text})
    (bulk,) = bulk_jobs()
    page = text_of(operator.get(f"/jobs/{bulk.id}"))
    assert "<b>because" not in page
    assert "\u202e" not in page
