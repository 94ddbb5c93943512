"""Sends again what was sent and never claimed: lost by the broker, or by a worker that died before claiming.

The patience doubles with every dispatch, because a long queue is not a lost message: a job that has been due for an
hour is sent again only an hour later.
"""

from functools import partial

from django.conf import settings

from jobs import transitions
from jobs.maintenance.sweep import sweep

_UNCLAIMED = """
SELECT job.id, job.dispatch FROM workflow_jobs job
  LEFT JOIN outbox_messages message ON message.job_id = job.id AND message.dispatch = job.dispatch
 WHERE job.status IN ('PENDING', 'RETRYING') AND job.due_at < statement_timestamp() - make_interval(secs => %s)
   AND (message.id IS NULL
        OR message.sent_at < statement_timestamp() - greatest(make_interval(secs => %s), message.sent_at - job.due_at))
 ORDER BY job.due_at LIMIT %s"""


def run_once(limit: int = 500) -> int:
    seconds = settings.REDISPATCH_SECONDS
    return sweep(_UNCLAIMED, [seconds, seconds, limit], partial(transitions.redispatch, actor="redispatcher"))
