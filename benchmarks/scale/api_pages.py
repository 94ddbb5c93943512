"""The lists of the API with each of their filters, and what it shows of one row."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from benchmarks.scale.pages import OVERVIEW_AIM_MS, Page
from benchmarks.scale.samples import Samples
from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType

Query = dict[str, str]
#: Of these there is most; and of these there is nothing.
_BUSY = ({"repository": "org-0/repo-0"}, {"repository": "org-1/repo-0"}, {"repository": "none/such"})
_STATUSES = tuple({"status": status.value} for status in JobStatus)
_TYPES = tuple({"type": workflow_type.value} for workflow_type in WorkflowType)
_FAILED_OF_THE_BUSIEST = {"status": "FAILED", "organization": "org-0"}
_LIMITS = (50, 50, 200)


def listed(name: str, query: Callable[[WorkflowJob], Query], *others: Query) -> Callable[[Samples], list[str]]:
    """The list for the others and for what each sampled job says; every second time from the middle on."""

    def urls(samples: Samples) -> list[str]:
        queries = [*others, *(query(job) for job in samples.all_jobs)]
        after = samples.jobs if name == "jobs" else samples.deliveries if name == "deliveries" else samples.events
        return [
            f"{reverse(name)}?{urlencode({**each, **_paged(number, after)})}" for number, each in enumerate(queries)
        ]

    return urls


def _paged(number: int, rows: Sequence[Model]) -> Query:
    paged = {"limit": str(_LIMITS[number % len(_LIMITS)])}
    return {**paged, "after": str(rows[number % len(rows)].pk)} if number % 4 > 1 else paged


def _made_around(job: WorkflowJob) -> Query:
    hours = timedelta(hours=6)
    return {
        "created_after": (job.created_at - hours).isoformat(),
        "created_before": (job.created_at + hours).isoformat(),
    }


def _received_around(job: WorkflowJob) -> Query:
    hours = timedelta(hours=6)
    return {
        "received_after": (job.created_at - hours).isoformat(),
        "received_before": (job.created_at + hours).isoformat(),
    }


def _failed_of(job: WorkflowJob) -> Query:
    return {"status": JobStatus.FAILED.value, "organization": job.organization}


def _all_of(job: WorkflowJob) -> Query:
    return {
        "status": job.status,
        "type": job.workflow_type,
        "organization": job.organization,
        "repository": job.payload["repository"],
        "event": "pushed",
    }


def _event_keys(samples: Samples) -> list[str]:
    queries = ({"scope": event.scope, "type": event.type, "key": event.key} for event in samples.events)
    return [f"{reverse('events')}?{urlencode(query)}" for query in queries]


def _history_pages(samples: Samples) -> list[str]:
    return [
        f"{reverse('job-history', args=[job.id])}?limit={(20, 100, 200)[number % 3]}"
        for number, job in enumerate(samples.all_jobs)
    ]


API = [
    Page("GET jobs", listed("jobs", lambda _job: {})),
    Page("GET jobs, the oldest first", listed("jobs", lambda _job: {"ordering": "created_at"})),
    Page("GET jobs?status", listed("jobs", lambda job: {"status": job.status}, *_STATUSES)),
    Page("GET jobs?type", listed("jobs", lambda job: {"type": job.workflow_type}, *_TYPES)),
    Page("GET jobs?organization", listed("jobs", lambda job: {"organization": job.organization})),
    Page("GET jobs?repository", listed("jobs", lambda job: {"repository": job.subject.partition("#")[0]}, *_BUSY)),
    Page("GET jobs?pull_request", listed("jobs", lambda job: {"pull_request": job.subject})),
    Page("GET jobs?author", listed("jobs", lambda job: {"author": job.payload.get("author", "user-1")})),
    Page("GET jobs?head", listed("jobs", lambda job: {"head": job.payload["head_sha"]})),
    Page("GET jobs?correlation_id", listed("jobs", lambda job: {"correlation_id": job.correlation_id})),
    Page(
        "GET jobs?error_class", listed("jobs", lambda _job: {"error_class": "PERMANENT"}, {"error_class": "RETRYABLE"})
    ),
    Page("GET jobs?event", listed("jobs", lambda _job: {"event": "pushed"}, {"event": "command"})),
    Page("GET jobs?stage", listed("jobs", lambda job: {"stage": job.stage or "find"})),
    Page("GET jobs?worker", listed("jobs", lambda job: {"worker": job.lease_owner or "worker-1:4001:0"})),
    Page("GET jobs of a time", listed("jobs", _made_around)),
    Page("GET jobs?status&organization", listed("jobs", _failed_of, _FAILED_OF_THE_BUSIEST)),
    Page("GET jobs?everything", listed("jobs", _all_of)),
    Page("GET jobs/{id}", lambda samples: [reverse("job", args=[job.id]) for job in samples.all_jobs]),
    Page("GET jobs/{id}/history", _history_pages),
    Page("GET deliveries", listed("deliveries", lambda _job: {})),
    Page("GET deliveries?organization", listed("deliveries", lambda job: {"organization": job.organization})),
    Page(
        "GET deliveries?repository",
        listed("deliveries", lambda job: {"repository": job.subject.partition("#")[0]}, *_BUSY),
    ),
    Page("GET deliveries?job", listed("deliveries", lambda job: {"job": str(job.id)})),
    Page("GET deliveries?verdict", listed("deliveries", lambda _job: {"verdict": "HELD"}, {"verdict": "IGNORED"})),
    Page("GET deliveries?event", listed("deliveries", lambda _job: {"event": "push"}, {"event": "none of these"})),
    Page("GET deliveries of a time", listed("deliveries", _received_around)),
    Page(
        "GET deliveries/{id}", lambda samples: [reverse("delivery", args=[d.delivery_id]) for d in samples.deliveries]
    ),
    Page("GET events", listed("events", lambda _job: {}, {"type": "ast.completed"}, {"verdict": "LATE"})),
    Page("GET events?scope", listed("events", lambda job: {"scope": job.organization})),
    Page("GET events?key", _event_keys),
    Page("GET waits", lambda samples: samples.cycle([reverse("waits")])),
    Page("GET queues", lambda samples: samples.cycle([reverse("queues")])),
    Page("GET metrics", lambda samples: samples.cycle([reverse("figures")]), OVERVIEW_AIM_MS),
    Page("GET healthz", lambda samples: samples.cycle([reverse("healthz")]), OVERVIEW_AIM_MS),
]
