"""Make the job that carries a bulk action out."""

from django.db import transaction

from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from monitoring import audit
from monitoring.bulk.asked import BulkAction
from monitoring.steering import Refused

_ALL = "*"


def start(asked: BulkAction) -> WorkflowJob:
    """Raises Refused while another one of the same organization is under way: both could be about the same jobs."""
    caller, action = asked.caller, f"bulk {asked.action}"
    if not asked.reachable.values["status"]:
        refusal = "No job with such a status can be acted on like this."
        audit.note(caller, action, asked.words(), reason=asked.reason, result=refusal)
        raise Refused(refusal)
    with transaction.atomic():
        enqueued = enqueue(
            WorkflowType.BULK_ACTION,
            asked.to_json(),
            dedupe_key=caller.organization or _ALL,
            organization=caller.organization,
            subject=asked.words(),
            actor=caller.name,
        )
        told = (
            f"Job {enqueued.job.id}."
            if enqueued.created
            else f"Job {enqueued.job.id} is under way: wait, or cancel it."
        )
        audit.note(caller, action, asked.words(), reason=asked.reason, result=told)
    if not enqueued.created:
        raise Refused(f"One bulk action at a time. {told}")
    return enqueued.job
