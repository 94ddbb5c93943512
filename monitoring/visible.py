"""The rows a caller may see. Whoever is of one organization sees that one's; another's are not there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import QuerySet

from jobs.models import WorkflowEvent, WorkflowJob
from monitoring.access import Caller
from monitoring.lists.deliveries import DeliveryFilter
from monitoring.lists.jobs import JobFilter
from webhooks.models import OWNER, WebhookDelivery


def job_of(caller: Caller, job_id: str | UUID) -> WorkflowJob | None:
    """None also for what is no id at all."""
    try:
        found = WorkflowJob.objects.defer("checkpoint").filter(id=UUID(str(job_id)))
    except ValueError:
        return None
    return (found.filter(organization=caller.organization) if caller.organization else found).first()


def delivery_of(caller: Caller, delivery_id: str | UUID) -> WebhookDelivery | None:
    try:
        found = WebhookDelivery.objects.filter(delivery_id=UUID(str(delivery_id)))
    except ValueError:
        return None
    if caller.organization:
        found = found.annotate(owner=OWNER).filter(owner=caller.organization)
    return found.first()


def events_of(caller: Caller) -> QuerySet[WorkflowEvent]:
    every = WorkflowEvent.objects.all()
    return every.filter(scope=caller.organization) if caller.organization else every


def confined_jobs(wanted: JobFilter, caller: Caller) -> JobFilter:
    """The same for no other organization than the caller's."""
    if not caller.organization:
        return wanted
    return replace(wanted, values={**wanted.values, "organization": _own(wanted.values, caller)})


def confined_deliveries(wanted: DeliveryFilter, caller: Caller) -> DeliveryFilter:
    if not caller.organization:
        return wanted
    return replace(wanted, values={**wanted.values, "organization": _own(wanted.values, caller)})


def _own(values: Mapping[str, Sequence[str]], caller: Caller) -> list[str]:
    """The caller's organization, unless only others are asked for."""
    asked = values.get("organization", [caller.organization])
    return [caller.organization] if caller.organization in asked else []
