"""The queues: each with what is ready, since when, and who takes from it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from celeryconfig import CALENDAR_QUEUE, task_queues
from jobs.registry import registered
from monitoring.access import Scope, needs
from monitoring.pages.frame import page
from monitoring.pages.live_jobs import QueueLoad, is_capped, loads

_PREFIX = "workflow.jobs."


@dataclass(frozen=True, slots=True)
class Lane:
    """A queue with its load, by the short name people use, and what is carried in it."""

    name: str
    carries: str
    load: QueueLoad


@needs(Scope.QUEUES_READ, everybodys=True)
def queues(request: HttpRequest) -> HttpResponse:
    found = loads("")
    return page(request, "queues", {"lanes": lanes(found), "capped": is_capped(found), "now": timezone.now()})


def lanes(found: dict[str, QueueLoad]) -> list[Lane]:
    """The declared queues in their order, then those that only rows know of. The calendar's holds no jobs."""
    declared = [queue.name for queue in task_queues if queue.name != CALENDAR_QUEUE]
    others = sorted(set(found) - set(declared))
    return [
        Lane(name.removeprefix(_PREFIX), _carried(name), found.get(name, QueueLoad(name)))
        for name in (*declared, *others)
    ]


def _carried(queue: str) -> str:
    """Empty for a queue that no handler names."""
    types = [spec.workflow_type.label for spec in registered() if spec.queue == queue]
    return ", ".join(label.lower().replace("_", " ") for label in types)
