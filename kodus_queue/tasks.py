"""The calendar duty that needs all rooms, as Celery carries it. Nothing is decided here."""

from celery import shared_task
from django.conf import settings
from django.db import close_old_connections

from jobs import draining
from kodus_queue.retention import prune_old


@shared_task(name="kodus_queue.prune")
def prune() -> None:
    try:
        prune_old(seconds=settings.PRUNE_SECONDS, archive=settings.ARCHIVE_DIR, is_stopped=draining.has_begun)
    finally:
        close_old_connections()  # to the pool, which drops a broken one
