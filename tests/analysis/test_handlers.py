"""The AST_ANALYSIS job, from request to event."""

from pathlib import Path
from typing import Any

import pytest

from analysis.graph import graph_is_built
from analysis.handlers import _token_for
from analysis.requests import graph_key, request_graph
from jobs import transitions
from jobs.models import WorkflowEvent, WorkflowJob
from jobs.states import EventType, JobStatus, WorkflowType
from jobs.testing import perform_job
from tests.analysis.repositories import Repository

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def repository(tmp_path: Path, settings) -> Repository:
    settings.MIRRORS_DIR = tmp_path / "mirrors"
    return Repository(tmp_path / "repository")


def ask(repository: Repository, head: str, base: str | None = None, remote: str = ""):
    return request_graph(
        organization="octo",
        repository="octo/app",
        remote=remote or str(repository.path),
        head_sha=head,
        base_sha=base,
        subject="octo/app#1",
    )


def perform_to_the_end(job: WorkflowJob) -> WorkflowJob:
    for _ in range(10):
        if perform_job(job).status in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED):
            break
        WorkflowJob.objects.filter(id=job.id).update(due_at="2020-01-01T00:00:00Z")
    return job


def outcome_of(job: WorkflowJob) -> dict[str, Any]:
    return dict(job.outcome or {})


def event_of(head: str) -> WorkflowEvent:
    return WorkflowEvent.objects.get(type=EventType.AST_COMPLETED, scope="octo", key=graph_key("octo/app", head))


def test_the_job_builds_both_graphs_and_says_so(repository: Repository):
    base, head = repository.commit({"a.py": "x = 1\n"}), repository.commit({"a.py": "x = 2\n"})
    job = perform_job(ask(repository, head, base).job)
    assert (job.status, outcome_of(job)["outcome"], outcome_of(job)["extracted"]) == (JobStatus.COMPLETED, "BUILT", 2)
    assert graph_is_built("octo/app", base)
    assert graph_is_built("octo/app", head)
    assert event_of(head).payload == {"status": "completed", "job_id": str(job.id), "head_sha": head}


def test_a_head_alone_can_be_asked_for(repository: Repository):
    head = repository.commit({"a.py": "x = 1\n"})
    assert outcome_of(perform_job(ask(repository, head).job))["graphs"] == 1


def test_the_same_question_is_one_job(repository: Repository):
    head = repository.commit({"a.py": "x = 1\n"})
    first, second = ask(repository, head), ask(repository, head)
    assert (first.created, second.created, first.job.id) == (True, False, second.job.id)


def test_a_job_that_fails_for_good_says_so_too(repository: Repository):
    repository.commit({"a.py": "x = 1\n"})
    job = perform_to_the_end(ask(repository, "1" * 40).job)
    assert job.status == JobStatus.FAILED
    assert event_of("1" * 40).payload["status"] == "failed"


def test_an_unsafe_remote_fails_at_once(repository: Repository):
    job = perform_job(ask(repository, "1" * 40, remote="ext::touch /tmp/x").job)
    assert (job.status, job.error_type) == (JobStatus.FAILED, "UnsafeRemote")


def test_a_cancelled_job_leaves_nobody_waiting(repository: Repository):
    job = ask(repository, "1" * 40).job
    transitions.cancel(job.id, actor="test", reason="test")
    assert event_of("1" * 40).payload["status"] == "failed"


def test_a_job_retried_by_hand_speaks_again(repository: Repository):
    job = ask(repository, "1" * 40, remote="ext::touch /tmp/x").job
    perform_job(job)
    transitions.retry_by_hand(job.id, actor="test", reason="test")
    perform_job(job)
    assert WorkflowEvent.objects.count() == 2


def test_the_token_is_for_github_alone(settings):
    settings.GITHUB_GIT_URL, settings.GITHUB_TOKEN = "https://github.com", "t0ken"
    assert _token_for("octo/app", "https://github.com/octo/app.git") == "t0ken"
    assert _token_for("octo/app", "https://github.com.example.org/octo/app.git") is None
    assert _token_for("octo/app", "/srv/git/app") is None


def test_the_job_is_of_its_own_type_and_queue(repository: Repository):
    job = ask(repository, "1" * 40).job
    assert (job.workflow_type, job.queue) == (WorkflowType.AST_ANALYSIS, "workflow.jobs.ast_analysis")
