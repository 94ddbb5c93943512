"""What GitHub failed to deliver: seen by looking through a hook, remembered, and counted while it is missing.

A look reads GitHub's attempts since the last one. Missed is what failed at every attempt and is not stored here,
however it may have come. That it was recovered is no state: then it is stored.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, Max, Min
from django.db.models.functions import Now
from django.utils import timezone

from integrations.github.errors import AnswerTooLarge, GitHubError
from integrations.github.types import HookDelivery
from reviews.code_host import github
from webhooks.fields import clean
from webhooks.models import REMEMBERED, Hook, MissedDelivery, WebhookDelivery

#: A look begins this much before the end of the last: an attempt may be listed only when it has ended, under the time
#: it began, and GitHub waits up to thirty seconds for an answer.
OVERLAP = timedelta(minutes=2)
STORED_AT_ONCE = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What there was to see: GitHub's attempts, and the deliveries that none of them brought here.

    Not `complete` when GitHub had more than we read; what was left out is the oldest.
    """

    attempts: int
    missed: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """How many deliveries are missing, and when GitHub failed to make the first and the last of them."""

    missing: int
    since: datetime | None
    until: datetime | None

    def __str__(self) -> str:
        if not self.since or not self.until:
            return "none"
        return f"{self.missing} from {self.since:%Y-%m-%d %H:%M:%S} to {self.until:%Y-%m-%d %H:%M:%S}"

    def to_json(self) -> dict[str, Any]:
        since, until = (moment and moment.isoformat() for moment in (self.since, self.until))
        return {"missing": self.missing, "since": since, "until": until}


def look_through(hook: Hook, *, check: Callable[[], None]) -> Look:
    """Remember what was missed since the last look; what was seen before an error, too. `check` may raise to stop."""
    began_at = timezone.now()
    seen: list[HookDelivery] = []
    complete = True
    try:
        for delivery in github().hook_deliveries(hook.path, since=start_of_look(hook)):
            seen.append(delivery)
            check()
    except AnswerTooLarge:
        if not seen:
            raise
        complete = False
        log.warning("hook not looked through to the end", hook=hook.path, seen_since=str(seen[-1].delivered_at))
    except GitHubError:
        remember(missed_among(hook, seen))
        raise
    missed = missed_among(hook, seen)
    look = Look(len(seen), len(missed), complete)
    with transaction.atomic():
        remember(missed)
        checked_until = _end_of_look(hook, seen, began_at)
        Hook.objects.filter(path=hook.path).update(checked_until=checked_until, looked_at=Now(), **asdict(look))
    return look


def start_of_look(hook: Hook) -> datetime:
    """A little before the end of the last look, and no earlier than GitHub remembers."""
    oldest = timezone.now() - REMEMBERED
    return max(oldest, hook.checked_until - OVERLAP) if hook.checked_until else oldest


def missed_among(hook: Hook, seen: Sequence[HookDelivery]) -> list[MissedDelivery]:
    """What failed at every attempt that was seen and is not stored here; as rows to be stored."""
    attempts = defaultdict(list)
    for delivery in sorted(seen, key=attrgetter("delivered_at", "id")):
        attempts[delivery.guid].append(delivery)
    failed = {guid: tries for guid, tries in attempts.items() if not any(attempt.succeeded for attempt in tries)}
    arrived = set(WebhookDelivery.objects.filter(delivery_id__in=failed).values_list("delivery_id", flat=True))
    return [_missed(hook, tries[0], tries[-1]) for guid, tries in failed.items() if guid not in arrived]


def remember(missed: Sequence[MissedDelivery]) -> None:
    """Store them; of one that is known only GitHub's latest attempt is news."""
    MissedDelivery.objects.bulk_create(
        missed,
        batch_size=STORED_AT_ONCE,
        update_conflicts=True,
        unique_fields=["guid", "hook"],
        update_fields=["attempt_id", "failure"],
    )


def missing_of(path: str) -> list[MissedDelivery]:
    """What is missing of a hook, the oldest first: what is remembered, and what a look would see now."""
    hook = Hook.objects.filter(path=path).first() or Hook(path=path)
    seen = list(github().hook_deliveries(path, since=start_of_look(hook)))
    found = [*missed_among(hook, seen), *hook.missed_deliveries.missing()]
    return sorted({missed.guid: missed for missed in found}.values(), key=attrgetter("failed_at"))


def gap_of(paths: Sequence[str]) -> Gap:
    """What is missing of these hooks together."""
    missing = MissedDelivery.objects.missing().filter(hook__in=paths)
    return Gap(**missing.aggregate(missing=Count("pk"), since=Min("failed_at"), until=Max("failed_at")))


def _end_of_look(hook: Hook, seen: Sequence[HookDelivery], began_at: datetime) -> datetime | None:
    """By GitHub's clock. One that is ahead of ours must not make the next look begin in the future."""
    newest = max((delivery.delivered_at for delivery in seen), default=hook.checked_until)
    return newest and min(newest, began_at)


def _missed(hook: Hook, first: HookDelivery, latest: HookDelivery) -> MissedDelivery:
    return MissedDelivery(
        hook=hook,
        guid=latest.guid,
        attempt_id=latest.id,
        event=clean(latest.event)[:64],
        action=clean(latest.action or "")[:255],
        repository_id=latest.repository_id,
        failed_at=first.delivered_at,
        failure=clean(latest.status)[:255],
    )
