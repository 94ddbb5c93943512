"""Consume a foreign message once: its effect commits together with the row that says it was consumed."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from jobs.models import InboxMessage


def process_once(*, consumer: str, message_id: str, effect: Callable[[], object]) -> bool:
    """Run `effect` and mark the message completed, in one transaction; False when it had been consumed before.

    A second consumer of the same message waits here until the first commits, or does the work if that one fails.
    """
    with transaction.atomic():
        _, is_new = InboxMessage.objects.get_or_create(consumer=consumer, message_id=message_id)
        if not is_new:
            return False
        effect()
        InboxMessage.objects.filter(consumer=consumer, message_id=message_id).update(completed_at=timezone.now())
        return True
