import pytest

from analysis.building import build_missing_graphs
from analysis.extraction import EXTRACTOR_VERSION
from analysis.graph import graph_is_built, load_graph
from analysis.requests import graph_key
from jobs.models import WorkflowJob
from jobs.outcomes import WaitForEvent
from jobs.states import EventType, OnTimeout, WorkflowType
from reviews.change import mirror_of
from reviews.stages import await_code_graph as stage
from reviews.stages.await_code_graph import await_code_graph
from reviews.stages.fetch_change import fetch_change
from tests.reviews.parts import REPOSITORY

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(monkeypatch) -> set[str]:
    """The commits whose graph is there."""
    shas: set[str] = set()
    monkeypatch.setattr(stage, "graph_is_built", lambda _repository, sha: sha in shas)
    return shas


def woken(attempt, outcome: str, **payload):
    """The attempt as it is after its wait ended that way."""
    attempt.job.wake = {"outcome": outcome, "event_type": "ast.completed", "key": "k", "payload": payload}
    return attempt


@pytest.fixture
def context(pull):
    return pull.context(files=["shop/prices.py"])


def test_with_both_graphs_it_goes_on(attempt, pull, context, built):
    built |= {pull.base_sha, pull.head_sha}
    assert await_code_graph(attempt, context).graph


def test_without_them_they_are_asked_for_and_the_job_waits(attempt, pull, context, built):
    built.add(pull.base_sha)
    with pytest.raises(WaitForEvent) as caught:
        await_code_graph(attempt, context)
    requested = WorkflowJob.objects.get(workflow_type=WorkflowType.AST_ANALYSIS)
    wait = caught.value
    assert (wait.event_type, wait.scope, wait.key) == (
        EventType.AST_COMPLETED,
        "octo",
        graph_key(REPOSITORY, pull.head_sha),
    )
    assert (wait.on_timeout, wait.since) == (OnTimeout.CONTINUE, requested.created_at)


def test_the_graph_job_is_joined_to_the_review(attempt, pull, context, built):
    with pytest.raises(WaitForEvent):
        await_code_graph(attempt, context)
    requested = WorkflowJob.objects.get(workflow_type=WorkflowType.AST_ANALYSIS)
    assert (requested.correlation_id, requested.subject) == (attempt.correlation_id, attempt.subject)


@pytest.mark.parametrize(("outcome", "said"), [("TIMEOUT", "not built in time"), ("EVENT", "could not be built")])
def test_a_graph_that_never_came_makes_the_review_partial(attempt, context, built, outcome, said):
    context = await_code_graph(woken(attempt, outcome, status="failed"), context)
    assert not context.graph
    assert said in context.shortfalls[0]


def test_a_graph_that_came_late_is_used_all_the_same(attempt, pull, context, built):
    built |= {pull.base_sha, pull.head_sha}
    assert await_code_graph(woken(attempt, "TIMEOUT"), context).graph


def test_a_graph_that_only_another_release_can_read_is_built_here(attempt, pull, monkeypatch):
    context = fetch_change(attempt, pull.context())
    with monkeypatch.context() as before:
        before.setattr("analysis.building.EXTRACTOR_VERSION", EXTRACTOR_VERSION - 1)
        build_missing_graphs(mirror_of(context), REPOSITORY, [pull.base_sha, pull.head_sha], between_batches=int)
    assert not graph_is_built(REPOSITORY, pull.head_sha)
    context = await_code_graph(woken(attempt, "EVENT", status="completed"), context)
    assert (context.graph, context.shortfalls) == (True, ())
    assert load_graph(REPOSITORY, pull.head_sha).facts("shop/prices.py")


def test_a_change_without_code_we_read_waits_for_nothing(attempt, pull, built):
    context = pull.context(files=["README.md"])
    assert await_code_graph(attempt, context) == context
