"""The AST_ANALYSIS job: build the graphs of a change, then say so.

Whoever waits for `ast.completed` hears of success when the graphs are stored, and of failure when the job ends
without them, in the same transaction as its last transition: nobody waits for a job that is over.
"""

import structlog
from django.conf import settings
from django.dispatch import receiver

from analysis.building import build_missing_graphs
from analysis.requests import graph_key
from integrations.git.mirror import open_mirror
from integrations.github.identity import git_token
from jobs.attempts import Attempt
from jobs.models import WorkflowJob
from jobs.outcomes import Completed
from jobs.registry import job_handler
from jobs.signals import job_finished
from jobs.states import EventType, HandlerType, JobStatus, WorkflowType
from jobs.waits import emit

log = structlog.get_logger(__name__)


@job_handler(
    WorkflowType.AST_ANALYSIS,
    handler_type=HandlerType.TASK,
    queue="workflow.jobs.ast_analysis",
    max_retries=3,
    retry_backoff=2,
    retry_backoff_max=120,
    soft_time_limit=1_200,
    time_limit=1_320,
)
def build_graphs(attempt: Attempt) -> Completed:
    """Have the graphs of head and base; blobs and commits that were analysed before cost nothing."""
    asked = attempt.payload
    repository, head_sha, remote = asked["repository"], asked["head_sha"], asked["remote"]
    mirror = open_mirror(settings.MIRRORS_DIR, repository, remote, token=_token_for(repository, remote))
    shas = [sha for sha in (asked.get("base_sha"), head_sha) if sha]
    built = build_missing_graphs(mirror, repository, shas, between_batches=attempt.check)
    counts = {
        "graphs": len(built),
        "files": max((graph.files for graph in built), default=0),
        "extracted": sum(graph.extracted for graph in built),
        "skipped": max((graph.skipped for graph in built), default=0),
    }
    log.info("code graph built", repository=repository, head_sha=head_sha, **counts)
    return Completed({"outcome": "BUILT", **counts})


@receiver(job_finished, sender=WorkflowType.AST_ANALYSIS)
def tell_who_waits(job: WorkflowJob, **_: object) -> None:
    """Emit `ast.completed`, whichever way the job ended."""
    repository, head_sha = job.payload["repository"], job.payload["head_sha"]
    emit(
        EventType.AST_COMPLETED,
        scope=job.organization,
        key=graph_key(repository, head_sha),
        payload={
            "status": "completed" if job.status == JobStatus.COMPLETED else "failed",
            "job_id": str(job.id),
            "head_sha": head_sha,
        },
        event_id=f"ast:{job.id}:{job.attempt}:{job.status}",
        source="ast_analysis",
    )


def _token_for(repository: str, remote: str) -> str | None:
    """A token for GitHub's own addresses only: no other host ever sees one."""
    root = settings.GITHUB_GIT_URL.rstrip("/") + "/"
    return git_token(repository) if remote.startswith(root) else None
