"""Take up the deliveries that were held while reviews were switched off."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware

from webhooks.errors import DeliveryRefused
from webhooks.intake import queue_is_on, replay
from webhooks.models import Verdict, WebhookDelivery

PROGRESS_EVERY = 100


class Command(BaseCommand):
    help = "Enqueue what was held while WORKFLOW_QUEUE_ENABLED or WORKFLOW_QUEUE_GITHUB_ENABLED was off, oldest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", help="only deliveries received at or after this date or time (ISO 8601, UTC)")
        parser.add_argument("--dry-run", action="store_true", help="say how many there are and change nothing")

    def handle(self, *args: Any, since: str | None = None, dry_run: bool = False, **options: Any) -> None:
        held = _held(since)
        total = held.count()
        if dry_run:
            self.stdout.write(f"{total} would be replayed")
            return
        if not queue_is_on():
            raise CommandError("Reviews are off: set WORKFLOW_QUEUE_ENABLED and WORKFLOW_QUEUE_GITHUB_ENABLED first.")
        refused = self._replay(held, total)
        summary = f"{total - refused} replayed, {refused} refused"
        if refused:
            raise CommandError(f"{summary}; those stay held")
        self.stdout.write(summary)

    def _replay(self, held: QuerySet[WebhookDelivery, int], total: int) -> int:
        """Each in its own transaction, so that an interrupted run is simply started again."""
        refused = 0
        for number, pk in enumerate(held.iterator(), start=1):
            try:
                replay(pk)
            except DeliveryRefused as refusal:
                refused += 1
                self.stderr.write(f"delivery {pk}: {refusal}")
            if number % PROGRESS_EVERY == 0:
                self.stdout.write(f"{number} of {total}")
        return refused


def _held(since: str | None) -> QuerySet[WebhookDelivery, int]:
    held = WebhookDelivery.objects.filter(verdict=Verdict.HELD, duplicate_of=None)
    if since:
        held = held.filter(received_at__gte=_moment(since))
    return held.order_by("received_at", "id").values_list("pk", flat=True)


def _moment(text: str) -> dt.datetime:
    try:
        day = parse_date(text)
        moment = dt.datetime.combine(day, dt.time.min) if day else parse_datetime(text)
    except ValueError:
        moment = None
    if not moment:
        raise CommandError(f"--since {text!r} is no date or time; write 2026-03-01 or 2026-03-01T12:00:00Z")
    return make_aware(moment, dt.UTC) if is_naive(moment) else moment
