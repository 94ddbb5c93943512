"""Every setting, read from the environment once. The table for operators is docs/reference/settings.md.

With nothing set, the embedded PostgreSQL and broker under KODUS_STATE_DIR are used when they run.
Unsafe combinations are refused at start by the system checks in kodus_queue/checks.py.
"""

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

from kodus_queue.env import env_bool, env_int, env_list, env_price, env_secret, env_str, postgres_settings
from kodus_queue.pool import fail_the_waiting
from kodus_queue.release import commit_of

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env_str("KODUS_STATE_DIR", str(BASE_DIR / ".kodus"))).resolve()
MIRRORS_DIR = STATE_DIR / "mirrors"
METRICS_DIR = STATE_DIR / "metrics"

# Names this process in logs and Sentry; "webhook" also selects the URL map that serves nothing but the door.
PROCESS = env_str("KODUS_PROCESS", "manage")
IS_WEB = PROCESS in {"webhook", "api"}
# Names what runs here in logs, errors and traces, and to the dashboard: a version, or the commit.
RELEASE = env_str("KODUS_RELEASE") or commit_of(BASE_DIR)


def _embedded(name: str) -> str:
    """The URL of an embedded part, as its starter wrote it; empty when none was started here."""
    path = STATE_DIR / "embedded.json"
    return str(json.loads(path.read_text(encoding="utf-8")).get(name, "")) if path.exists() else ""


DEBUG = env_bool("KODUS_DEBUG", default=False)
SECRET_KEY = env_secret("KODUS_SECRET_KEY", "insecure-development-key")
# How long a web process that bound its own address serves on after it said on /readyz that it is stopping.
WEB_DRAIN_SECONDS = env_int("KODUS_WEB_DRAIN_SECONDS", 5)
ALLOWED_HOSTS = env_list("KODUS_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
# Where people reach the operators' side from outside: reviews and checks then link to the page of their job.
PUBLIC_URL = env_str("KODUS_PUBLIC_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = env_list("KODUS_CSRF_TRUSTED_ORIGINS")
# The dashboard shows the name, "production", so that nobody mistakes one for another, and links to the two others.
ENVIRONMENT = env_str("KODUS_ENVIRONMENT")
FLOWER_URL = env_str("KODUS_FLOWER_URL")
FLOWER_LOGIN = env_secret("KODUS_FLOWER_LOGIN")
SENTRY_URL = env_str("KODUS_SENTRY_URL")
# Where one trace, or the lines of one correlation id, are looked at: with {trace_id}, {correlation_id} in the address.
TRACE_URL = env_str("KODUS_TRACE_URL")
LOG_URL = env_str("KODUS_LOG_URL")

# --- the queue -------------------------------------------------------------------------------------------------------
# Off means: stored and answered, not reviewed; `manage.py replay_deliveries` reviews what was held back.
QUEUE_ENABLED = env_bool("WORKFLOW_QUEUE_ENABLED", default=True)
GITHUB_ENABLED = env_bool("WORKFLOW_QUEUE_GITHUB_ENABLED", default=True)
BROKER_URL = env_secret("BROKER_URL") or _embedded("broker_url") or "amqp://guest:guest@127.0.0.1:5672//"

LEASE_SECONDS = env_int("KODUS_LEASE_SECONDS", 30, minimum=2)
HEARTBEAT_SECONDS = env_int("KODUS_HEARTBEAT_SECONDS", 7, minimum=1)
CRASH_LIMIT = env_int("KODUS_CRASH_LIMIT", 3, minimum=1)
REDISPATCH_SECONDS = env_int("KODUS_REDISPATCH_SECONDS", 30, minimum=1)
# How long a worker that is told to stop lets its running jobs come to a safe place.
DRAIN_SECONDS = env_int("KODUS_DRAIN_SECONDS", 20, minimum=1)
# Pushes to a pull request within this time are reviewed once.
DEBOUNCE_SECONDS = env_int("KODUS_DEBOUNCE_SECONDS", 5, minimum=0)
GRAPH_WAIT_SECONDS = env_int("KODUS_GRAPH_WAIT_SECONDS", 900, minimum=1)

# --- retention -------------------------------------------------------------------------------------------------------
# In days; an organization may have its own (jobs/retention.py). The least ages are what posting once rests on.
KEEP_DAYS = {
    "bodies": env_int("KODUS_KEEP_BODIES_DAYS", 14, minimum=1),
    "jobs": env_int("KODUS_KEEP_JOBS_DAYS", 90, minimum=1),
    "failed": env_int("KODUS_KEEP_FAILED_DAYS", 180, minimum=1),
    "events": env_int("KODUS_KEEP_EVENTS_DAYS", 30, minimum=1),
    "deliveries": env_int("KODUS_KEEP_DELIVERIES_DAYS", 90, minimum=90),
    "pull_requests": env_int("KODUS_KEEP_PULL_REQUESTS_DAYS", 400, minimum=180),
}
# How long one run of the calendar's goes on at most.
PRUNE_SECONDS = env_int("KODUS_PRUNE_SECONDS", 60, minimum=1)
# Where it leaves a copy of what it deletes; unset: nowhere.
ARCHIVE_DIR = Path(env_str("KODUS_ARCHIVE_DIR")).resolve() if env_str("KODUS_ARCHIVE_DIR") else None

# --- GitHub ----------------------------------------------------------------------------------------------------------
GITHUB_API_URL = env_str("KODUS_GITHUB_API_URL", "https://api.github.com")
GITHUB_GIT_URL = env_str("KODUS_GITHUB_GIT_URL", "https://github.com")
GITHUB_TOKEN = env_secret("KODUS_GITHUB_TOKEN")
# Instead of the token. A file of variables has no line breaks within one: there, \n may stand for them.
GITHUB_APP_ID = env_str("KODUS_GITHUB_APP_ID")
GITHUB_APP_PRIVATE_KEY = env_secret("KODUS_GITHUB_APP_PRIVATE_KEY").replace("\\n", "\n")
# Several secrets may be active at once, so that one can be exchanged without losing a delivery.
GITHUB_WEBHOOK_SECRETS = tuple(
    secret.strip().encode() for secret in env_secret("KODUS_GITHUB_WEBHOOK_SECRET").split(",") if secret.strip()
)
# Webhooks whose failed deliveries are asked for again, as their paths in the API: repos/octo/app/hooks/1.
GITHUB_HOOKS = tuple(env_list("KODUS_GITHUB_HOOKS"))
REVIEW_COMMAND = env_str("KODUS_REVIEW_COMMAND", "/review")
# The folder of service.yml and organizations/*.yml: how pull requests are reviewed unless a repository says otherwise.
REVIEW_CONFIG_DIR = Path(env_str("KODUS_REVIEW_CONFIG")).resolve() if env_str("KODUS_REVIEW_CONFIG") else None

# --- the language model ----------------------------------------------------------------------------------------------
# Off without both of them. The operator alone says where code is sent; a repository can only say that it is not.
MODEL_URL = env_str("KODUS_MODEL_URL")
MODEL_NAME = env_str("KODUS_MODEL")
MODEL_KEY = env_secret("KODUS_MODEL_KEY")
MODEL_CONTEXT_TOKENS = env_int("KODUS_MODEL_CONTEXT_TOKENS", 24_000, minimum=2_000)
# All questions of one review together, with what is waited for between them.
MODEL_SECONDS = env_int("KODUS_MODEL_SECONDS", 240, minimum=1)
MODEL_SLOTS = env_int("KODUS_MODEL_SLOTS", 4, minimum=1)
# For a million tokens.
MODEL_INPUT_PRICE = env_price("KODUS_MODEL_INPUT_PRICE")
MODEL_OUTPUT_PRICE = env_price("KODUS_MODEL_OUTPUT_PRICE")

# --- Django ----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "monitoring",  # before the admin and beat, whose templates it replaces where a page names no icon or has a script
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_celery_beat",
    "axes",
    "telemetry",
    "jobs",
    "analysis",
    "reviews",
    "webhooks",
    "kodus_queue",  # for its command: a local review starts the embedded database, which lower rooms cannot
]
MIDDLEWARE = [
    "telemetry.middleware.CorrelationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "monitoring.pages.headers.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "kodus_queue.urls"
if PROCESS == "webhook":
    # The door needs no session, no cookies and no templates: less to run per delivery, less to attack.
    MIDDLEWARE = ["telemetry.middleware.CorrelationMiddleware", "django.middleware.security.SecurityMiddleware"]
    ROOT_URLCONF = "kodus_queue.webhook_urls"
WSGI_APPLICATION = "kodus_queue.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        **postgres_settings(
            env_secret("DATABASE_URL") or _embedded("database_url") or "postgresql://kodus@127.0.0.1:5432/kodus"
        ),
        # Connecting per request costs more than the request; the pool is per process and lends to threads.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {
                "min_size": 1,
                "max_size": env_int("KODUS_DATABASE_POOL_SIZE", 8, minimum=2),
                "timeout": 5,  # in a burst all are busy for seconds; GitHub waits for ten
                # By default the pool tries again after 1, 2, 4, … up to 256 s, and notices a database that is back as
                # late. Given up soon, the next who asks for a connection is the next attempt.
                "reconnect_timeout": 0.5,
                "reconnect_failed": fail_the_waiting,
            },
            # A host that vanished answers nothing, and TCP alone would wait for it for a quarter of an hour. Half of a
            # lease is what a worker may lose to it; a delivery has ten seconds in all.
            "connect_timeout": 2 if IS_WEB else 3,
            "tcp_user_timeout": 2_000 if IS_WEB else 15_000,
            "keepalives_idle": 2 if IS_WEB else 10,
            "keepalives_interval": 1 if IS_WEB else 5,
            "options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
            f" -c statement_timeout={env_int('KODUS_STATEMENT_TIMEOUT_MS', 30_000)}",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "kodus_queue.formats"
STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
# GitHub sends up to 25 MiB; the door checks the length itself before it reads (webhooks/views.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024 + 65_536
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 60 * 60
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Whoever guesses passwords has a few tries at a name from where they are, then none for a quarter of an hour.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_CALLABLE = "monitoring.pages.sign_in.too_many_tries"
AXES_DISABLE_ACCESS_LOG = True  # Prometheus signs in four times a minute
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_URL = "pages:sign-in"
LOGIN_REDIRECT_URL = "pages:overview"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env_bool("KODUS_HTTPS", default=False)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.BasicAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "monitoring.api.description.Description",
    "EXCEPTION_HANDLER": "monitoring.problems.as_problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kodus Queue",
    "DESCRIPTION": "Jobs, deliveries, events and queues of a review service: to look at, and to steer.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_AUTHENTICATION": [
        "monitoring.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.BasicAuthentication",
    ],
    "SERVE_PERMISSIONS": ["monitoring.api.permissions.SignedIn"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/workflow-queue/",
    "PREPROCESSING_HOOKS": ["monitoring.api.description.only_ours"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "monitoring.api.description.with_problems",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_SUFFIX": "",
    "ENUM_NAME_OVERRIDES": {
        "JobStatus": "jobs.states.JobStatus",
        "WorkflowType": "jobs.states.WorkflowType",
        "EventType": "jobs.states.EventType",
        "EventVerdict": "jobs.states.EventVerdict",
        "DeliveryVerdict": "webhooks.models.Verdict",
        "ProcessKind": "jobs.states.ProcessKind",
    },
}

SENTRY_DSN = env_secret("SENTRY_DSN")
SENTRY_ENVIRONMENT = env_str("SENTRY_ENVIRONMENT", "production")
# Traces are recorded when a collector is named by OpenTelemetry's own variables, which its SDK reads (docs/how-to).
RECORD_TRACES = bool(
    env_str("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or env_str("OTEL_EXPORTER_OTLP_ENDPOINT")
) and not env_bool("OTEL_SDK_DISABLED", default=False)
# "authorization=Bearer%20…": what a collector lets us in by.
OTLP_SECRETS = tuple(
    unquote(header.partition("=")[2].strip())
    for name in ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")
    for header in env_list(name)
)
LOG_LEVEL = env_str("KODUS_LOG_LEVEL", "INFO")
LOGGING_CONFIG = "telemetry.logging.configure"
LOGGING = {"level": LOG_LEVEL, "process": PROCESS, "release": RELEASE}
SILENCED_SYSTEM_CHECKS: list[str] = []
