"""The job of this room: it asks GitHub for the deliveries of a hook that never arrived."""

from celeryconfig import RECOVERY_QUEUE
from jobs.registry import job_handler
from jobs.states import HandlerType, WorkflowType
from webhooks.recovery import recover

job_handler(
    WorkflowType.DELIVERY_RECOVERY,
    handler_type=HandlerType.PIPELINE,
    queue=RECOVERY_QUEUE,
    max_retries=3,
    retry_backoff=2,
    retry_backoff_max=60,
    soft_time_limit=1_200,
    time_limit=1_320,
)(recover)
