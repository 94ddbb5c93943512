"""When the next attempt is. Pure; speaks Celery's words and uses Celery's formula.

    delay = min(retry_backoff_max, retry_backoff · 2^retries), and with retry_jitter a random part of it, at least 1 s.

Three retries with `retry_backoff=2` and no jitter wait 2, 4 and 8 seconds. What asks for a longer wait gets it.
"""

import random
from dataclasses import dataclass
from datetime import timedelta

from celery.utils.time import get_exponential_backoff_interval

from jobs.classification import Classified
from jobs.states import ErrorClassification

LEAST_SECONDS = 1
#: How long a job may be put off by rate limits, open circuits and closed gates, which use up no retries.
PATIENCE = timedelta(hours=24)
#: Jobs that were put off until the same instant start spread over this time, the first of them as a probe.
SPREAD = timedelta(seconds=10)
_UNCHARGED = frozenset({ErrorClassification.RATE_LIMITED, ErrorClassification.CIRCUIT_OPEN})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`retry_backoff` and `retry_backoff_max` are in seconds."""

    max_retries: int = 3
    retry_backoff: int = 2
    retry_backoff_max: int = 300
    retry_jitter: bool = True
    patience: timedelta = PATIENCE


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Try again after `delay`; `charged` uses up one retry."""

    delay: timedelta
    charged: bool


def next_attempt(policy: RetryPolicy, error: Classified, *, retries: int, is_given_up: bool) -> RetryLater | None:
    """What to do after an error of a job that has used `retries`; None means that it fails.

    `is_given_up`: the job's patience with being put off is over.
    """
    if error.classification == ErrorClassification.PERMANENT:
        return None
    charged = error.classification not in _UNCHARGED
    if (charged and retries >= policy.max_retries) or (not charged and is_given_up):
        return None
    backoff = get_exponential_backoff_interval(
        policy.retry_backoff, retries, policy.retry_backoff_max, full_jitter=policy.retry_jitter
    )
    delay = timedelta(seconds=max(LEAST_SECONDS, backoff, error.retry_after or 0))
    return RetryLater(delay if charged else delay + random.random() * SPREAD, charged)  # noqa: S311 - spreads starts
