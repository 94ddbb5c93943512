"""Ask for the code graph of a change, and name the event that says it is there."""

from jobs.enqueue import Enqueued, enqueue
from jobs.states import WorkflowType


def request_graph(
    *,
    organization: str,
    repository: str,
    remote: str,
    head_sha: str,
    base_sha: str | None,
    subject: str,
    correlation_id: str | None = None,
) -> Enqueued:
    """Have the graphs of head and base built; one job per pair, whoever asks. Ends in `ast.completed`."""
    payload = {"repository": repository, "remote": remote, "head_sha": head_sha, "base_sha": base_sha}
    return enqueue(
        WorkflowType.AST_ANALYSIS,
        payload,
        dedupe_key=f"{graph_key(repository, head_sha)}:{base_sha}",
        organization=organization,
        subject=subject,
        correlation_id=correlation_id,
    )


def graph_key(repository: str, head_sha: str) -> str:
    """The key of the event; its scope is the organization. It names the head: other pushes wait for other keys."""
    return f"{repository}@{head_sha}"
