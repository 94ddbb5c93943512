"""Announces again what was announced in vain: a message lost by the broker, or by a worker that died before claiming.

A claim deletes its message, so every sent message that is still there was not claimed. `run_once` looks at those,
except of paused queues, whose jobs nobody may claim;
`announce_missing` at due jobs without any message, which nothing of ours leaves behind: it reads all due jobs, so it
is for once a minute.
"""

from functools import partial
from uuid import UUID

from django.conf import settings

from jobs import transitions
from jobs.errors import TransitionRefused
from jobs.maintenance.sweep import sweep
from jobs.outbox import forget_outdated
from jobs.pausing import NOT_PAUSED

ACTOR = "redispatcher"

_UNCLAIMED = f"""
SELECT sent_at, job_id, dispatch FROM outbox_messages
 WHERE destination {NOT_PAUSED}
   AND sent_at < statement_timestamp() - make_interval(secs => %(seconds)s)
   AND (sent_at, job_id) > (%(after)s, %(after_id)s)
 ORDER BY sent_at, job_id LIMIT %(limit)s"""  # noqa: S608 - composed of constants

_MISSING = """
SELECT due_at, id, dispatch FROM workflow_jobs job
 WHERE status IN ('PENDING', 'RETRYING') AND due_at < statement_timestamp() - make_interval(secs => %(seconds)s)
   AND NOT EXISTS (SELECT FROM outbox_messages message
                    WHERE message.job_id = job.id AND message.dispatch = job.dispatch)
   AND (due_at, id) > (%(after)s, %(after_id)s)
 ORDER BY due_at, id LIMIT %(limit)s"""


def run_once(limit: int = 500) -> int:
    return sweep(_UNCLAIMED, _announce_again, limit=limit, seconds=settings.REDISPATCH_SECONDS)


def announce_missing(limit: int = 500) -> int:
    redispatch = partial(transitions.redispatch, actor=ACTOR)
    return sweep(_MISSING, redispatch, limit=limit, seconds=settings.REDISPATCH_SECONDS)


def _announce_again(job_id: UUID, dispatch: int) -> None:
    try:
        transitions.redispatch(job_id, dispatch, actor=ACTOR)
    except TransitionRefused:
        forget_outdated(job_id)
        raise
