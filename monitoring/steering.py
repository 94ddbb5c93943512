"""What operators do to jobs, queues, deliveries and schedules: each one transaction with its entry in the audit trail.

The engine decides whether it may be done (jobs/transitions.py). The API and the dashboard both act through here.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from jobs import pausing, transitions
from jobs.errors import TransitionRefused
from jobs.models import WorkflowJob
from jobs.states import TRANSITIONS, JobStatus, Verb
from monitoring import audit
from monitoring.access import Caller
from monitoring.schedule import next_run
from webhooks import intake
from webhooks.errors import DeliveryRefused
from webhooks.models import WebhookDelivery
from webhooks.storage import Outcome

Transition = Callable[..., WorkflowJob]
#: By the word for it, what is done to a job.
ACTIONS: dict[str, Transition] = {"cancel": transitions.cancel, "retry": transitions.retry_by_hand}


class Refused(Exception):
    """The job is not in a state in which this can be done."""

    permanent = True


def steer(caller: Caller, job_id: UUID, action: str, *, reason: str) -> WorkflowJob:
    """Cancel or retry the job. Raises Refused, which the audit trail keeps as well."""
    try:
        with transaction.atomic():
            job = ACTIONS[action](job_id, actor=caller.name, reason=reason)
            audit.note(caller, action, str(job_id), reason=reason, result=job.status, organization=job.organization)
            return job
    except TransitionRefused:
        job = WorkflowJob.objects.defer("checkpoint").get(id=job_id)
        refusal = _refusal(job, action)
        audit.note(caller, action, str(job_id), reason=reason, result=refusal, organization=job.organization)
        raise Refused(refusal) from None


def _refusal(job: WorkflowJob, action: str) -> str:
    if action == "retry" and job.status in TRANSITIONS[Verb.RETRY_BY_HAND].sources:
        return "Another job does the same work already."
    return refusal_of(JobStatus(job.status), action)


def refusal_of(status: JobStatus, action: str) -> str:
    return f"A job that is {status} cannot be {_DONE[action]}."


_DONE = {"cancel": "cancelled", "retry": "retried by hand"}


def pause_queue(caller: Caller, queue: str, *, reason: str) -> bool:
    """False when it was paused already, and stays so by whom and why it was. Raises UnknownQueue."""
    with transaction.atomic():
        is_new = pausing.pause(queue, actor=caller.name, reason=reason)
        audit.note(caller, "pause queue", queue, reason=reason, result="paused" if is_new else "was paused already")
        return is_new


def resume_queue(caller: Caller, queue: str, *, reason: str = "") -> bool:
    """False when it was not paused. Raises UnknownQueue."""
    with transaction.atomic():
        was_paused = pausing.resume(queue, actor=caller.name)
        audit.note(caller, "resume queue", queue, reason=reason, result="resumed" if was_paused else "was not paused")
        return was_paused


def reprocess(caller: Caller, delivery: WebhookDelivery, *, reason: str) -> Outcome:
    """Carry out once more what the delivery asks for, as if it had just arrived. Raises Refused while nothing is."""
    if not intake.queue_is_on():
        raise Refused("Reviews are switched off: deliveries are stored, and carried out when they are on again.")
    target = str(delivery.delivery_id)
    try:
        with transaction.atomic():
            outcome = intake.reprocess(delivery.pk)
            audit.note(caller, "reprocess", target, reason=reason, result=outcome.reason or outcome.verdict.value)
            return outcome
    except DeliveryRefused as error:  # its body is gone, or an older release took what this one does not
        audit.note(caller, "reprocess", target, reason=reason, result=error.detail)
        raise Refused(error.detail) from None


def switch_duty(caller: Caller, duty_id: int, *, on: bool, reason: str) -> PeriodicTask:
    """Beat learns of it within seconds. Raises Refused when there is no time at which it would ever run."""
    action = "enable schedule" if on else "disable schedule"
    with transaction.atomic():
        duty = PeriodicTask.objects.select_for_update().get(pk=duty_id)
        never = on and next_run(duty, timezone.now()) is None
        refusal = "Its time never comes, or cannot be worked out: correct it in the admin first."
        audit.note(caller, action, duty.name, reason=reason, result=refusal if never else "done")
        if not never and duty.enabled != on:
            duty.enabled = on
            duty.save()
    if never:
        raise Refused(refusal)
    return duty
