"""The job of this room: one action on many jobs. It waits with the commands, which people wait for as well."""

from celeryconfig import COMMAND_QUEUE
from jobs.registry import job_handler
from jobs.states import HandlerType, WorkflowType
from monitoring.bulk.acting import act_in_bulk

job_handler(
    WorkflowType.BULK_ACTION,
    handler_type=HandlerType.PIPELINE,
    queue=COMMAND_QUEUE,
    # What takes longer than its time goes on from the last batch.
    max_retries=8,
    retry_backoff=2,
    retry_backoff_max=60,
    soft_time_limit=1_200,
    time_limit=1_320,
)(act_in_bulk)
