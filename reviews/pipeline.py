"""The review, on one screen: what is done, in which order, and how it goes on after a crash.

A stage is a plain function from a context to the next. Its result is stored before the next one starts, so a crash
repeats at most the stage that ran. A stage may raise `Skip` (not reviewed, on purpose), `WaitForEvent` (the job
pauses and comes back to this stage), or an error (the job's retry policy decides).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from integrations.github.errors import RateLimited
from jobs.attempts import Attempt
from reviews import purposes
from reviews.check_runs import show_wait
from reviews.context import Origin, ReviewContext
from reviews.eligibility import Skip
from reviews.stage_times import timed
from reviews.stages.await_code_graph import await_code_graph
from reviews.stages.check_wanted import check_wanted
from reviews.stages.count_reactions import count_reactions
from reviews.stages.fetch_change import fetch_change
from reviews.stages.filter_findings import filter_findings
from reviews.stages.find import find
from reviews.stages.post import post
from reviews.stages.read_configuration import read_configuration
from reviews.stages.resolve_pull_request import resolve_pull_request
from reviews.stages.resolve_threads import resolve_threads
from reviews.stages.summarize import summarize
from telemetry import counters
from telemetry.tracing import Span

log = structlog.get_logger(__name__)

Stage = Callable[[Attempt, ReviewContext], ReviewContext]

STAGES: tuple[Stage, ...] = (
    resolve_pull_request,
    read_configuration,
    check_wanted,
    fetch_change,
    await_code_graph,
    find,
    filter_findings,
    post,
    resolve_threads,
    count_reactions,
    summarize,
)


def run_pipeline(attempt: Attempt, stages: Sequence[Stage] = STAGES) -> ReviewContext:
    """Run the stages that are not done yet. The context's `skipped` says why when a stage gave up on purpose."""
    context = ReviewContext.from_json(attempt.checkpointed) or first_context(attempt)
    for stage in _remaining(context, stages):
        attempt.check()
        with attempt.stage(stage.__name__) as span:
            context = _after(stage, attempt, context, span)
        if context.skipped:
            return context
        context = replace(context, done=stage.__name__)
        attempt.checkpoint(stage.__name__, context.to_json())
    return context


def _after(stage: Stage, attempt: Attempt, context: ReviewContext, span: Span) -> ReviewContext:
    """What the stage makes of the context, measured; a stage that gives up on purpose says why in `skipped`."""
    try:
        with timed(stage.__name__):
            return stage(attempt, context)
    except Skip as skip:
        log.info("review skipped", reason=skip.reason)
        counters.SKIPPED.add(stage.__name__, skip.reason.value)
        span.note({"kodus.outcome": "skipped", "kodus.reason": skip.reason.value})
        return replace(context, skipped=skip.reason.value)
    except RateLimited as limit:
        show_wait(attempt, context, limit)
        raise


def first_context(attempt: Attempt) -> ReviewContext:
    """What the job's payload says."""
    payload = attempt.payload
    return ReviewContext(
        origin=Origin(payload["origin"]),
        organization=attempt.organization,
        repository=payload["repository"],
        repository_id=payload.get("repository_id"),
        number=payload.get("number"),
        path=payload.get("path", ""),
        base_sha=payload.get("base_sha", ""),
        head_sha=payload["head_sha"],
        trigger=payload.get("trigger", ""),
        purpose=payload.get("purpose", purposes.REVIEW),  # the release before this one did not write it
    )


def _remaining(context: ReviewContext, stages: Sequence[Stage]) -> Sequence[Stage]:
    names = [stage.__name__ for stage in stages]
    return stages[names.index(context.done) + 1 :] if context.done in names else stages
