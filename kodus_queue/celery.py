"""The Celery app. Its options stand in celeryconfig.py; its tasks in jobs/tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")

app = Celery("kodus_queue")
app.config_from_object("celeryconfig")
app.autodiscover_tasks(["jobs"])
