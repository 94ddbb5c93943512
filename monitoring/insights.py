"""What a sample of jobs (sampling.py) tells: how long reviews take, how jobs end, what reviews found and cost.

Four statements beside the one that draws the sample, each about jobs of it by an index.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from jobs.states import JobStatus, WorkflowType
from monitoring.sampling import Sample, SampledJob
from reviews.pipeline import STAGES

#: Jobs whose history is read.
MOST_HISTORIES = 100

_REVIEWS = """
SELECT job_id, outcome, created_at, github_review_id <> '' FROM reviews WHERE job_id = ANY(%s)"""

_FINDINGS = """
SELECT review.job_id, finding.placement, finding.reason, count(*), count(*) FILTER (WHERE finding.posted),
       count(*) FILTER (WHERE finding.posted AND finding.fixed_in <> ''), sum(finding.thumbs_up),
       sum(finding.thumbs_down)
  FROM reviews review JOIN review_findings finding ON finding.review_id = review.id
 WHERE review.job_id = ANY(%s) GROUP BY 1, 2, 3"""

# What a checkpoint ends began with the row before it.
_STEPS = """
SELECT job_id, verb, stage, error_class, took FROM (
  SELECT job_id, verb, stage, detail->>'error_class' AS error_class,
         extract(epoch FROM at - lag(at) OVER (PARTITION BY job_id ORDER BY id))::float8 AS took
    FROM job_execution_history WHERE job_id = ANY(%s)) step
 WHERE verb IN ('checkpoint', 'retry')"""

_CALLS = """
SELECT job_id, count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0),
       coalesce(sum(cost), 0)::float8
  FROM model_calls WHERE job_id = ANY(%s) GROUP BY 1"""

#: A value, and for how many it stands.
Weighted = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds; None where there are none. `count` is of those that were read."""

    p50: float | None
    p95: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Usefulness:
    """Of findings, weighted: about so many there were. `kept_back` by reason."""

    reviews: float
    posted: float
    fixed: float
    thumbs_up: float
    thumbs_down: float
    kept_back: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Weighted, like findings; cost in the currency of the prices. `asked`: reviews that asked a model."""

    asked: float
    calls: float
    input: float
    output: float
    cost: float


@dataclass(frozen=True, slots=True)
class Insights:
    """Lists by bar have one entry for each bar of the period. `retries` by error class, of `histories` jobs."""

    outcomes: Sequence[Mapping[str, float]]
    to_start: Sequence[Times]
    to_post: Sequence[Times]
    all_to_start: Times
    all_to_post: Times
    stages: Mapping[str, Times]
    retries: Mapping[str, int]
    histories: int
    usefulness: Usefulness
    model: ModelUse


def insights_of(sample: Sample) -> Insights:
    reviews = {job.id: job for job in sample.jobs if job.workflow_type == WorkflowType.CODE_REVIEW}
    starts = [(job, _seconds(job.created_at, job.started_at)) for job in sample.jobs if job.started_at]
    rows = _ask(_REVIEWS, list(reviews))
    posts = [(reviews[row[0]], _seconds(reviews[row[0]].created_at, row[2])) for row in rows if row[3]]
    told = _evenly(sample.jobs, MOST_HISTORIES)
    steps = _ask(_STEPS, [job.id for job in told])
    return Insights(
        outcomes=outcomes(sample),
        to_start=_by_bar(starts, sample.period.bars),
        to_post=_by_bar(posts, sample.period.bars),
        all_to_start=times((seconds, job.weight) for job, seconds in starts),
        all_to_post=times((seconds, job.weight) for job, seconds in posts),
        stages=_stages(steps),
        retries=Counter(row[3] or "unknown" for row in steps if row[1] == "retry"),
        histories=len(told),
        usefulness=_usefulness(reviews, rows, _ask(_FINDINGS, list(reviews))),
        model=_model(reviews, _ask(_CALLS, list(reviews))),
    )


def outcomes(sample: Sample) -> list[dict[str, float]]:
    """Jobs by the bar they arrived in, by how they stand now."""
    found: list[dict[str, float]] = [
        {"completed": 0, "cancelled": 0, "live": 0, "failed": 0} for _ in range(sample.period.bars)
    ]
    for job in sample.jobs:
        found[job.bar][_ENDS.get(job.status, "live")] += job.weight
    return found


_ENDS = {status.value: status.lower() for status in (JobStatus.COMPLETED, JobStatus.CANCELLED, JobStatus.FAILED)}


def times(values: Iterable[Weighted]) -> Times:
    listed = sorted(values)
    return Times(percentile(listed, 0.5), percentile(listed, 0.95), len(listed))


def percentile(values: Sequence[Weighted], share: float) -> float | None:
    """The lowest value that so much of the weight does not exceed; `values` are sorted."""
    whole, so_far = sum(weight for _, weight in values), 0.0
    for value, weight in values:
        so_far += weight
        if so_far >= share * whole:
            return value
    return None


def _by_bar(found: Iterable[tuple[SampledJob, float]], bars: int) -> list[Times]:
    sorted_out: list[list[Weighted]] = [[] for _ in range(bars)]
    for job, seconds in found:
        sorted_out[job.bar].append((seconds, job.weight))
    return [times(values) for values in sorted_out]


def _stages(steps: Iterable[Sequence[Any]]) -> dict[str, Times]:
    """In the pipeline's order; those that are known by name only to an older release are left out."""
    took: dict[str, list[Weighted]] = {stage.__name__: [] for stage in STAGES}
    for _job_id, verb, stage, _class, seconds in steps:
        if verb == "checkpoint" and stage in took and seconds is not None:
            took[stage].append((seconds, 1.0))
    return {stage: times(values) for stage, values in took.items()}


def _usefulness(
    reviews: Mapping[UUID, SampledJob], rows: Sequence[Sequence[Any]], findings: Sequence[Sequence[Any]]
) -> Usefulness:
    posted = fixed = up = down = 0.0
    kept_back: defaultdict[str, float] = defaultdict(float)
    for job_id, placement, reason, count, told, mended, liked, disliked in findings:
        weight = reviews[job_id].weight
        posted, fixed = posted + told * weight, fixed + mended * weight
        up, down = up + float(liked) * weight, down + float(disliked) * weight
        if count > told:
            kept_back[reason or placement.lower()] += (count - told) * weight
    done = sum(reviews[row[0]].weight for row in rows if row[1] != "SKIPPED")
    return Usefulness(
        done, posted, fixed, up, down, dict(nlargest(_MOST_REASONS, kept_back.items(), key=itemgetter(1)))
    )


_MOST_REASONS = 10


def _model(reviews: Mapping[UUID, SampledJob], calls: Sequence[Sequence[Any]]) -> ModelUse:
    weighted = [(reviews[row[0]].weight, *map(float, row[1:])) for row in calls]
    sums = [sum(row[0] * row[column] for row in weighted) for column in range(1, 5)]
    return ModelUse(sum(row[0] for row in weighted), *sums)


def _evenly(jobs: Sequence[SampledJob], most: int) -> Sequence[SampledJob]:
    step = -(-len(jobs) // most) if jobs else 1
    return jobs[::step]


def _ask(sql: str, job_ids: list[UUID]) -> list[Any]:
    if not job_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [job_ids])
        return list(cursor.fetchall())


def _seconds(begun: datetime, ended: datetime | None) -> float:
    return max(0.0, (ended - begun).total_seconds()) if ended else 0.0
