"""The queues: each with what is ready, since when, and who takes from it. Pause one, resume it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from jobs.errors import UnknownQueue
from jobs.models import PausedQueue
from jobs.pausing import MAX_REASON, QUEUES, pauses
from jobs.registry import registered
from monitoring.access import Scope, caller_of, needs
from monitoring.pages.frame import page
from monitoring.pages.live_jobs import QueueLoad, is_capped, loads
from monitoring.steering import pause_queue, resume_queue

_PREFIX = "workflow.jobs."


@dataclass(frozen=True, slots=True)
class Lane:
    """A queue with its load, by the short name people use, and what is carried in it."""

    name: str
    carries: str
    load: QueueLoad
    paused: PausedQueue | None = None

    @property
    def can_be_paused(self) -> bool:
        return self.load.queue in QUEUES and not self.paused


@needs(Scope.QUEUES_READ, everybodys=True)
def queues(request: HttpRequest) -> HttpResponse:
    found = loads("")
    context = {
        "lanes": lanes(found, pauses()),
        "is_steered": caller_of(request).may(Scope.QUEUES_WRITE, everybodys=True),
        "is_everybodys": True,
        "capped": is_capped(found),
        "now": timezone.now(),
    }
    return page(request, "queues", context)


@needs(Scope.QUEUES_WRITE, everybodys=True)
def pause(request: HttpRequest, queue: str) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()[:MAX_REASON]
    if not reason:
        messages.error(request, "Say why: the reason is shown with the queue and its jobs.")
        return redirect("pages:queues")
    try:
        is_new = pause_queue(caller_of(request), queue, reason=reason)
    except UnknownQueue:
        raise Http404 from None
    name = queue.removeprefix(_PREFIX)
    if is_new:
        messages.success(request, f"Done: {name} is paused. What runs goes on to its end.")
    else:
        messages.info(request, f"{name} was paused already.")
    return redirect("pages:queues")


@needs(Scope.QUEUES_WRITE, everybodys=True)
def resume(request: HttpRequest, queue: str) -> HttpResponse:
    try:
        was_paused = resume_queue(caller_of(request), queue)
    except UnknownQueue:
        raise Http404 from None
    name = queue.removeprefix(_PREFIX)
    if was_paused:
        messages.success(request, f"Done: {name} goes on.")
    else:
        messages.info(request, f"{name} was not paused.")
    return redirect("pages:queues")


def lanes(found: Mapping[str, QueueLoad], paused: Mapping[str, PausedQueue]) -> list[Lane]:
    """The declared queues in their order, then those that only rows know of. The calendar's holds no jobs."""
    others = sorted({*found, *paused} - set(QUEUES))
    return [
        Lane(name.removeprefix(_PREFIX), _carried(name), found.get(name, QueueLoad(name)), paused.get(name))
        for name in (*QUEUES, *others)
    ]


def _carried(queue: str) -> str:
    """Empty for a queue that no handler names."""
    types = [spec.workflow_type.label for spec in registered() if spec.queue == queue]
    return ", ".join(label.lower().replace("_", " ") for label in types)
