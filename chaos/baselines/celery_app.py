"""Plain Celery on the same RabbitMQ with quorum queues. BASELINE_ACKS_LATE=1: acknowledged after the work."""

import os

import httpx
from celery import Celery

from chaos.baselines import reviewing

app = Celery("baseline", broker=os.environ["BROKER_URL"], set_as_current=False)
app.conf.update(
    task_acks_late=os.environ.get("BASELINE_ACKS_LATE") == "1",
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_default_queue="baseline",
    task_default_exchange_type="topic",
    task_default_queue_type="quorum",
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_channel_error_retry=True,
)


@app.task(  # type: ignore[untyped-decorator]  # Celery is half typed
    name="baseline.review", autoretry_for=(httpx.HTTPError,), retry_backoff=True, max_retries=8
)
def review(repository: str, number: int, head: str) -> None:
    reviewing.review(repository, number, head)
