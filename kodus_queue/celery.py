"""The Celery app. Its options stand in celeryconfig.py; its tasks in the tasks.py of rooms."""

import os
import tempfile
import warnings
from multiprocessing import current_process

from celery import Celery

# At each loss of the broker Celery says that running tasks are not ended: they are not meant to be (celeryconfig.py).
warnings.filterwarnings("ignore", message=r"\s*In Celery 5\.1 we introduced an optional breaking change")

# Or else a worker makes a folder for shared memory whose files have no name, and leaves it behind when it is killed.
current_process()._config["tempdir"] = tempfile.gettempdir()  # type: ignore[attr-defined]  # noqa: SLF001 - no other way

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")

app = Celery("kodus_queue")
app.config_from_object("celeryconfig")
app.autodiscover_tasks(["jobs", "webhooks", "kodus_queue"])
