"""Rows to ask for, drawn from a filled database: spread over its time, its organizations, its statuses."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from jobs.models import InboxMessage, WorkflowEvent, WorkflowJob
from jobs.states import JobStatus
from reviews.models import Finding, GivenCommand, Review
from webhooks.models import WebhookDelivery


@dataclass(frozen=True)
class Samples:
    """Each list holds `many` values at most; those of a small database may repeat."""

    many: int
    jobs: list[WorkflowJob]
    live: list[WorkflowJob]
    deliveries: list[WebhookDelivery]
    reviews: list[Review]
    findings: list[Finding]
    events: list[WorkflowEvent]
    commands: list[GivenCommand]
    inbox: list[InboxMessage]

    def cycle(self, values: list[Any]) -> list[Any]:
        """`many` of them, from the first on again when there are fewer."""
        return [values[number % len(values)] for number in range(self.many)]

    @property
    def all_jobs(self) -> list[WorkflowJob]:
        """Every third one is live."""
        return [
            self.live[number // 3 % len(self.live)] if number % 3 == 0 else self.jobs[number % len(self.jobs)]
            for number in range(self.many)
        ]


def drawn(*, seed: int, many: int) -> Samples:
    chance = random.Random(seed)  # noqa: S311 - a repeatable draw
    live = WorkflowJob.objects.filter(status__in=[JobStatus.PENDING, JobStatus.PROCESSING, JobStatus.RETRYING])
    waiting = WorkflowJob.objects.filter(status=JobStatus.WAITING_FOR_EVENT)
    half = many // 2
    return Samples(
        many=many,
        jobs=_jobs(chance, many),
        live=[*live.order_by("-created_at")[:half], *waiting.order_by("-created_at")[:half]],
        deliveries=_rows(chance, WebhookDelivery.objects.defer("body", "headers"), many),
        reviews=_rows(chance, Review.objects.all(), many),
        findings=_rows(chance, Finding.objects.all(), many),
        events=_rows(chance, WorkflowEvent.objects.all(), many),
        commands=_rows(chance, GivenCommand.objects.all(), many),
        inbox=_rows(chance, InboxMessage.objects.all(), many),
    )


def uuid_at(moment: datetime, chance: random.Random) -> UUID:
    """An id such as a job of this moment has (jobs/ids.py)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | chance.getrandbits(62))


def _jobs(chance: random.Random, many: int) -> list[WorkflowJob]:
    by_id = WorkflowJob.objects.order_by("id")
    first, last = by_id.first(), by_id.last()
    assert first
    assert last
    seconds = (last.created_at - first.created_at).total_seconds()
    moments = [first.created_at + timedelta(seconds=chance.uniform(0, seconds)) for _ in range(many)]
    found = (by_id.filter(id__gte=uuid_at(moment, chance)).first() for moment in moments)
    return [job for job in found if job]


def _rows(chance: random.Random, rows: QuerySet[Any], many: int) -> list[Any]:
    """By key, from gaps on to the next: near enough to evenly."""
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    keys = (chance.randint(ends["first"], ends["last"]) for _ in range(many))
    return [rows.filter(pk__gte=key).order_by("pk").first() for key in keys]
