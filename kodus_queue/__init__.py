"""The project: wiring only (settings, URL maps, the Celery app). Nothing imports this package.

Importing it makes the Celery app known to Django's processes, so that `run_job` is bound to it everywhere.
"""

from kodus_queue.celery import app as celery_app

__all__ = ["celery_app"]
