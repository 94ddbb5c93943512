"""Have the code graph of both sides, pausing without a worker while it is built.

A graph that fails or never comes does not stop the review: it goes on without, and says so. A change without a file
in a language of ours needs none. While a deploy rolls, the graph may have been built by a process of another release,
whose facts this one does not read; then it is built here (docs/adr/0025).
"""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from analysis.building import build_missing_graphs
from analysis.graph import graph_is_built
from analysis.languages import language_of
from analysis.requests import graph_key, request_graph
from jobs.attempts import Attempt
from jobs.outcomes import WaitForEvent, Wake
from jobs.states import EventType, OnTimeout
from reviews.change import mirror_of, remote_of
from reviews.check_runs import show_progress
from reviews.context import ReviewContext


def await_code_graph(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    if not any(language_of(path) for path in context.files):
        return context
    if _is_built(context):
        return replace(context, graph=True)
    if attempt.wake and attempt.wake.payload.get("status") == "completed":
        show_progress(attempt, context, "Building the code graph")
        build_missing_graphs(mirror_of(context), context.repository, _sides(context), between_batches=attempt.check)
        return replace(context, graph=True)
    if attempt.wake:
        return context.with_shortfall(_why_not(attempt.wake))
    show_progress(attempt, context, "Waiting for the code graph")
    requested = request_graph(
        organization=context.organization,
        repository=context.repository,
        remote=remote_of(context),
        head_sha=context.head_sha,
        base_sha=context.merge_base,
        subject=attempt.subject,
        correlation_id=attempt.correlation_id,
    )
    raise WaitForEvent(
        EventType.AST_COMPLETED,
        scope=context.organization,
        key=graph_key(context.repository, context.head_sha),
        timeout=timedelta(seconds=settings.GRAPH_WAIT_SECONDS),
        on_timeout=OnTimeout.CONTINUE,
        since=requested.job.created_at,
    )


def _is_built(context: ReviewContext) -> bool:
    return all(graph_is_built(context.repository, sha) for sha in _sides(context))


def _sides(context: ReviewContext) -> tuple[str, str]:
    return context.merge_base, context.head_sha


def _why_not(wake: Wake) -> str:
    if wake.outcome == "TIMEOUT":
        return "The code graph was not built in time: callers in other files were not checked."
    return "The code graph could not be built: callers in other files were not checked."
