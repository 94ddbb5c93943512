"""Recover deliveries that never arrived: GitHub does not send them again by itself, it has to be asked.

    the calendar  ▸  a job for each hook, once a tick                                  request_recoveries
    the job       ▸  look through the hook and remember what was missed (missed.py)    recover
                  ▸  ask for it, the oldest first, and again after growing pauses      ask_for_missing
                  ▸  tell what is missing still: the gap

What GitHub sends again comes in by the door like any delivery. Asking twice does no harm: the door knows it by its id.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models.functions import Now

from integrations.github.errors import CredentialsRefused, Forbidden, OutcomeUnknown, RequestRefused
from jobs.attempts import Attempt
from jobs.enqueue import Enqueued, enqueue
from jobs.inbox import process_once
from jobs.outcomes import Completed
from jobs.states import WorkflowType
from reviews.code_host import gates_of, github
from telemetry.redaction import redact
from webhooks.fields import clean
from webhooks.missed import gap_of, look_through
from webhooks.models import Hook, MissedDelivery

#: How long after asking for a delivery to ask again; twice as long each time. The twelfth time is after 68 hours, when
#: GitHub is about to forget it.
PAUSE = timedelta(minutes=2)
MOST_ASKED = 12
CALENDAR = "calendar"
_MAX_REFUSAL = 500

log = structlog.get_logger(__name__)


def request_recoveries(tick: datetime) -> bool:
    """Make a job for each hook, once for all who bring this tick of the calendar; False for all but the first.

    A tick is a minute: two beats that go by one calendar bring the same one.
    """
    if not settings.GITHUB_HOOKS:
        return False
    return process_once(
        consumer=CALENDAR,
        message_id=f"recover deliveries {tick:%Y-%m-%dT%H:%M%z}",
        effect=lambda: [request_recovery(path) for path in settings.GITHUB_HOOKS],
    )


def request_recovery(path: str) -> Enqueued:
    """Make the job that recovers the missed deliveries of this hook, unless a live one does."""
    owner = path.split("/")[1] if path.startswith(("repos/", "orgs/")) else ""
    return enqueue(
        WorkflowType.DELIVERY_RECOVERY,
        {"hook": path},
        dedupe_key=path,
        organization=owner,
        subject=path,
        gates=gates_of(None),
    )


def recover(attempt: Attempt) -> Completed:
    """The job. It looks once; put off or interrupted after that, it goes on asking."""
    hook, _ = Hook.objects.get_or_create(path=attempt.payload["hook"])
    look = attempt.checkpointed
    if look is None:
        look = asdict(look_through(hook, check=attempt.check))
        attempt.checkpoint("look_through", look)
    answers = ask_for_missing(hook, check=attempt.check)
    gap = gap_of([hook.path]).to_json()
    log.info("hook looked through", hook=hook.path, **look, **answers, gap=gap)
    return Completed({"outcome": "LOOKED_THROUGH", **look, **answers, "gap": gap})


def ask_for_missing(hook: Hook, *, check: Callable[[], None]) -> Counter[str]:
    """Ask for what is due, one by one; how often GitHub took it, and how often it declined."""
    answers = Counter(asked=0, refused=0)
    while missed := hook.missed_deliveries.due().first():
        check()
        answers[_ask(missed)] += 1
    return answers


def _ask(missed: MissedDelivery) -> str:
    try:
        github().redeliver(missed.hook_id, missed.attempt_id)
    except (CredentialsRefused, Forbidden):
        raise
    except RequestRefused as refusal:  # about this one alone, so that the others are asked for all the same
        _note(missed, refusal=str(refusal))
        return "refused"
    except OutcomeUnknown:  # it may be on its way
        _note(missed)
        raise
    _note(missed)
    return "asked"


def _note(missed: MissedDelivery, *, refusal: str = "") -> None:
    asked = missed.asked + 1
    MissedDelivery.objects.filter(pk=missed.pk).update(
        asked=asked,
        asked_at=Now(),
        due_at=Now() + PAUSE * 2**missed.asked if asked < MOST_ASKED else None,
        refusal=clean(redact(refusal))[:_MAX_REFUSAL],
    )
