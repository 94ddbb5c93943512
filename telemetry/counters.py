"""Every metric that processes count themselves. What can be read from rows is not here: see monitoring/metrics/.

Whoever does something adds to these at the place where it happened; docs/reference/metrics.md says what each means.
"""

from telemetry.counting import Counter, Gauge, Histogram

_KB, _MB = 1024, 1024 * 1024
_ANSWER_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_CALL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WORK_SECONDS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)

# --- the door --------------------------------------------------------------------------------------------------------
DELIVERIES = Counter(
    "kodus_webhook_deliveries_total", "Deliveries answered 2xx, copies included.", ("event", "verdict")
)
REFUSALS = Counter("kodus_webhook_refusals_total", "Deliveries turned away or not stored.", ("error",))
DELIVERY_SECONDS = Histogram(
    "kodus_webhook_request_duration_seconds", "Time to answer a delivery.", _ANSWER_SECONDS, ("status",)
)
DELIVERY_BYTES = Histogram(
    "kodus_webhook_body_bytes",
    "Size of deliveries with a valid signature.",
    (_KB, 4 * _KB, 16 * _KB, 64 * _KB, 256 * _KB, _MB, 4 * _MB, 16 * _MB, 25 * _MB),
)

# --- jobs ------------------------------------------------------------------------------------------------------------
TRANSITIONS = Counter("kodus_job_transitions_total", "Transitions of jobs.", ("type", "verb"))
FINISHED = Counter("kodus_jobs_finished_total", "Jobs that ended.", ("type", "outcome"))
FAILED_ATTEMPTS = Counter(
    "kodus_job_failed_attempts_total", "Attempts that ended with an error.", ("type", "error_class")
)
JOB_SECONDS = Histogram(
    "kodus_job_duration_seconds", "From the making of a job to its end.", _WORK_SECONDS, ("type", "outcome")
)
QUEUE_SECONDS = Histogram(
    "kodus_job_queue_latency_seconds",
    "From when a job was due to its start.",
    (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900),
    ("queue",),
)
FENCED = Counter("kodus_fencing_rejections_total", "Outcomes refused because the job had moved on.", ("type",))
DUPLICATES = Counter("kodus_duplicates_suppressed_total", "What came again and changed nothing.", ("kind",))
PUBLISHED = Counter("kodus_outbox_published_total", "Messages offered to the broker.", ("result",))

# --- reviews ---------------------------------------------------------------------------------------------------------
STAGE_SECONDS = Histogram(
    "kodus_stage_duration_seconds", "Time in a stage of a review.", _WORK_SECONDS, ("stage", "outcome")
)
SKIPPED = Counter("kodus_reviews_skipped_total", "Reviews ended on purpose.", ("stage", "reason"))
EFFECTS = Counter("kodus_effects_total", "Writes on the code host that happen once.", ("purpose", "result"))

# --- others' services ------------------------------------------------------------------------------------------------
GITHUB_REQUESTS = Counter("kodus_github_requests_total", "Requests to GitHub.", ("method", "endpoint", "status"))
GITHUB_SECONDS = Histogram(
    "kodus_github_request_duration_seconds", "Time until GitHub answered.", _CALL_SECONDS, ("method",)
)
GITHUB_REMAINING = Gauge("kodus_github_rate_remaining", "Requests left, as GitHub said last.", ("resource",))
GITHUB_LIMIT = Gauge("kodus_github_rate_limit", "Requests GitHub allows in a window.", ("resource",))
MODEL_CALLS = Counter("kodus_llm_calls_total", "Questions to the language model.", ("model", "result"))
MODEL_SECONDS = Histogram(
    "kodus_llm_request_duration_seconds", "Time until the model answered.", _WORK_SECONDS, ("model",)
)
MODEL_TOKENS = Counter("kodus_llm_tokens_total", "Tokens, as the provider counts.", ("model", "direction"))
MODEL_COST = Counter("kodus_llm_cost_total", "What the model cost, in the currency of the prices.", ("model",))
