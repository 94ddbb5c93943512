import pytest
from django.urls import reverse

from benchmarks.scale.pages import Page
from benchmarks.scale.requests import measured
from benchmarks.scale.sign_in import signed_in
from jobs.enqueue import enqueue
from jobs.states import WorkflowType

pytestmark = pytest.mark.django_db


def listing(*urls):
    return Page("jobs", lambda _: list(urls))


def test_each_address_is_asked_for_twice_and_its_queries_counted_once():
    enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None)
    jobs, gates = reverse("admin:jobs_workflowjob_changelist"), reverse("admin:jobs_gate_changelist")
    times = measured(signed_in(), listing(jobs, gates), samples=None)
    assert (len(times.first), len(times.again)) == (2, 2)
    # The session, the user, how many there are, and they themselves.
    assert times.queries == 4
    assert times.faults == {}


def test_a_request_takes_time_of_which_some_may_be_waiting():
    times = measured(signed_in(), listing("/healthz", "/healthz"), samples=None)
    assert all(0 < taken.busy <= taken.whole for taken in times.first)


def test_an_address_that_does_not_answer_is_named():
    with pytest.raises(AssertionError, match="/nowhere answers 404"):
        measured(signed_in(), listing("/nowhere"), samples=None)
