"""Every Celery option we set, with its reason, and the broker's topology, declared once.

Celery carries `run_job(job_id, dispatch)` and the calendar duties, nothing else: the row in `workflow_jobs` is
the job, a message is a hint. So there is no result backend, no countdown, no `self.retry`, no chain: retry,
schedule and outcome are rows (docs/adr/0003-retry-in-the-database.md).
"""

from django.conf import settings
from kombu import Exchange, Queue

broker_url = settings.BROKER_URL
_rabbitmq = broker_url.startswith("amqp")

JOBS = Exchange("workflow.jobs", type="topic")
EVENTS = Exchange("workflow.events", type="topic")
DEAD = Exchange("workflow.dead", type="topic")
# Quorum queues survive the loss of a node. What is refused or delivered too often is kept in workflow.dead to look
# at; a job is dispatched again from its row.
_durable = {"x-queue-type": "quorum"} if _rabbitmq else {}
_with_dead_letters = {**_durable, "x-dead-letter-exchange": DEAD.name, "x-delivery-limit": 50} if _rabbitmq else {}

REVIEW_QUEUE = "workflow.jobs.code_review"
ANALYSIS_QUEUE = "workflow.jobs.ast_analysis"
RECOVERY_QUEUE = "workflow.jobs.delivery_recovery"
COMMAND_QUEUE = "workflow.jobs.command_answer"
CALENDAR_QUEUE = "workflow.calendar"

task_queues = [
    Queue(name, JOBS, routing_key=name, queue_arguments=_with_dead_letters)
    for name in (REVIEW_QUEUE, ANALYSIS_QUEUE, RECOVERY_QUEUE, COMMAND_QUEUE, CALENDAR_QUEUE)
]
events_queue = Queue("workflow.events.resume", EVENTS, routing_key="#", queue_arguments=_with_dead_letters)
dead_queue = Queue("workflow.dead", DEAD, routing_key="#", queue_arguments=_durable)

task_default_queue = CALENDAR_QUEUE
task_default_exchange = JOBS.name
task_default_exchange_type = "topic"
task_default_routing_key = CALENDAR_QUEUE
task_default_queue_type = "quorum" if _rabbitmq else "classic"
task_create_missing_queues = False  # a typo must fail, not make a queue nobody reads

# Jobs are published and confirmed by the relay (jobs/broker.py). What Celery publishes itself, workers' events and
# calendar duties, comes again: to await its confirmation would stop the worker's loop.
broker_transport_options = {} if _rabbitmq else {"visibility_timeout": 3_600, "socket_timeout": 10}
broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # the default gives up after 100 tries
worker_consumer = "jobs.reconnecting:WorkerConsumer"  # the default's pauses between tries grow to half a minute
broker_channel_error_retry = True  # else a 406 ends the worker
broker_heartbeat = 10 if _rabbitmq else 0
broker_connection_timeout = 4

task_serializer = "json"
accept_content = ["json"]
task_ignore_result = True
result_backend = None

# The message outlives the worker; the claim on the row decides who runs (jobs/transitions.py).
task_acks_late = True
# When a child is lost, its parent puts the job back by its row (jobs/worker_deaths.py); the message would be refused.
task_reject_on_worker_lost = False
task_acks_on_failure = task_acks_on_timeout = True  # the outcome is in the row already
# A job goes on while the broker is away: what comes again of its message is refused at the claim.
worker_cancel_long_running_tasks_on_connection_loss = False
worker_prefetch_multiplier = 1
worker_detect_quorum_queues = True
worker_max_tasks_per_child = 500
worker_hijack_root_logger = False  # logs stay JSON (telemetry/logging.py)
worker_send_task_events = True  # Flower
task_send_sent_event = True

# Celery would end the child's whole connection pool after every task, its heartbeat's connection with it, and make a
# new one for the next. Connections go back to the pool in jobs/tasks.py instead.
CELERY_DB_REUSE_MAX = 1_000_000

beat_scheduler = "jobs.calendar:Calendar"
timezone = "UTC"
