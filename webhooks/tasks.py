"""The calendar duty of this room, as Celery carries it. Nothing is decided here."""

from datetime import datetime
from typing import Any

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from webhooks.recovery import request_recoveries


@shared_task(name="webhooks.recover_deliveries", bind=True)
def recover_deliveries(task: Any) -> None:
    expires = task.request.expires  # told by beat, so all copies of a message have the same
    try:
        request_recoveries(datetime.fromisoformat(expires) if expires else timezone.now())
    finally:
        close_old_connections()  # to the pool, which drops a broken one
