"""Plain Celery as many run it: late acknowledgement, quorum queue, prefetch 4; no confirms, events or database."""

import os

from celery import Celery

from benchmarks.stamps import stamp

app = Celery("plain", broker=os.environ["BROKER_URL"], set_as_current=False)
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue="plain",
    task_default_exchange_type="topic",
    task_default_queue_type="quorum",
)


@app.task(name="plain.no_op")  # type: ignore[untyped-decorator]  # Celery is half typed
def no_op() -> None:
    stamp()
