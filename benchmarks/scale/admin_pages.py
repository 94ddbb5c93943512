"""The admin's lists and pages: each list with its filters and searches, on every page that it shows."""

import random
from collections.abc import Callable
from itertools import product
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin import site
from django.test import RequestFactory
from django.urls import reverse

from benchmarks.scale.pages import Page
from benchmarks.scale.samples import Samples
from jobs.admin_reading import MOST_COUNTED, ReadOnlyAdmin
from jobs.states import JobStatus, WorkflowType


def changelist(model: str, *queries: dict[str, str]) -> Callable[[Samples], list[str]]:
    """The list with each of these filters, on pages from the first to the last that is shown."""

    def urls(samples: Samples) -> list[str]:
        path = reverse(f"admin:{model}_changelist")
        every = [{**query, "p": str(number)} for query in queries or ({},) for number in _numbers(model, query)]
        random.Random(0).shuffle(every)  # noqa: S311 - so that no filter is left out when there are many
        return [f"{path}?{urlencode(query)}" for query in samples.cycle(every)]

    return urls


def _numbers(model: str, query: dict[str, str]) -> list[int]:
    """Pages of the admin that exist. Of what is filtered by no column itself, the first one."""
    if any(not name.endswith("__exact") for name in query):
        return [1]
    app_label, _, name = model.partition("_")
    shown = site.get_model_admin(apps.get_model(app_label, name)).get_queryset(RequestFactory().get("/", query))
    rows = shown.filter(**query)[:MOST_COUNTED].count()
    last = max(1, -(-rows // ReadOnlyAdmin.list_per_page))
    return sorted({1, last, *(number for number in (2, 3, 6, 11, 26, 51, 100, 150) if number < last)})


def searched(model: str, terms: Callable[[Samples], list[str]]) -> Callable[[Samples], list[str]]:
    def urls(samples: Samples) -> list[str]:
        path = reverse(f"admin:{model}_changelist")
        return [f"{path}?{urlencode({'q': term})}" for term in samples.cycle(terms(samples))]

    return urls


def changes(model: str, keys: Callable[[Samples], list[object]]) -> Callable[[Samples], list[str]]:
    def urls(samples: Samples) -> list[str]:
        return [reverse(f"admin:{model}_change", args=[key]) for key in samples.cycle(keys(samples))]

    return urls


def _job_terms(samples: Samples) -> list[str]:
    """What people paste: an id, a delivery's id, a pull request, a repository, the busiest among them."""
    terms = ["org-0/repo-0", "org-0/repo-1", "org-1/repo-0"]
    for number, job in enumerate(samples.all_jobs):
        known = (str(job.id), job.correlation_id, job.subject, job.subject.partition("#")[0])
        terms.append(known[number % len(known)])
    return terms


def _related(samples: Samples) -> list[str]:
    """The links on a job's page to the rows that name it."""
    models = ("jobs_jobexecutionhistory", "jobs_outboxmessage", "webhooks_webhookdelivery", "reviews_review")
    return [
        f"{reverse(f'admin:{models[number % len(models)]}_changelist')}?job__id__exact={job.id}"
        for number, job in enumerate(samples.all_jobs)
    ]


_LOOKS = [{"look": look} for look in ("overdue", "lease", "wait", "failed")]
_STATUSES = [{"status__exact": status.value} for status in JobStatus]
_TYPES = [{"workflow_type__exact": workflow_type.value} for workflow_type in WorkflowType]
_BOTH = [{**status, **kind} for status, kind in product(_STATUSES, _TYPES)]

ADMIN = [
    Page("admin: start", lambda samples: samples.cycle([reverse("admin:index")])),
    Page("admin: jobs", changelist("jobs_workflowjob")),
    Page("admin: jobs by status", changelist("jobs_workflowjob", *_STATUSES)),
    Page("admin: jobs by type", changelist("jobs_workflowjob", *_TYPES)),
    Page("admin: jobs by status and type", changelist("jobs_workflowjob", *_BOTH)),
    Page("admin: jobs that need a look", changelist("jobs_workflowjob", *_LOOKS)),
    Page("admin: jobs searched", searched("jobs_workflowjob", _job_terms)),
    Page("admin: a job", changes("jobs_workflowjob", lambda samples: [job.id for job in samples.all_jobs])),
    Page("admin: rows of a job", _related),
    Page("admin: history", changelist("jobs_jobexecutionhistory")),
    Page(
        "admin: history searched",
        searched("jobs_jobexecutionhistory", lambda samples: [str(j.id) for j in samples.jobs]),
    ),
    Page("admin: outbox", changelist("jobs_outboxmessage", {}, {"sent_at__isempty": "1"}, {"sent_at__isempty": "0"})),
    Page("admin: inbox", changelist("jobs_inboxmessage")),
    Page(
        "admin: inbox searched", searched("jobs_inboxmessage", lambda samples: [m.message_id for m in samples.inbox])
    ),
    Page(
        "admin: events",
        changelist("jobs_workflowevent", {}, {"type__exact": "ast.completed"}, {"verdict__exact": "LATE"}),
    ),
    Page(
        "admin: events searched",
        searched(
            "jobs_workflowevent",
            lambda samples: (
                [e.event_id for e in samples.events[::2]] + [f"{e.scope} {e.key}" for e in samples.events[1::2]]
            ),
        ),
    ),
    Page("admin: an event", changes("jobs_workflowevent", lambda samples: [event.pk for event in samples.events])),
    Page(
        "admin: deliveries",
        changelist("webhooks_webhookdelivery", {}, *({"verdict__exact": v} for v in ("ACCEPTED", "IGNORED", "HELD"))),
    ),
    Page(
        "admin: deliveries searched",
        searched(
            "webhooks_webhookdelivery",
            lambda samples: (
                [str(d.delivery_id) for d in samples.deliveries[::2]]
                + [d.repository for d in samples.deliveries[1::2]]
                + ["org-0/repo-0"]
            ),
        ),
    ),
    Page(
        "admin: a delivery",
        changes("webhooks_webhookdelivery", lambda samples: [row.pk for row in samples.deliveries]),
    ),
    Page(
        "admin: reviews",
        changelist(
            "reviews_review",
            {},
            *({"outcome__exact": outcome} for outcome in ("REVIEWED", "PARTIAL", "SKIPPED")),
            {"origin__exact": "local"},
        ),
    ),
    Page("admin: reviews searched", searched("reviews_review", lambda samples: [r.head_sha for r in samples.reviews])),
    Page("admin: a review", changes("reviews_review", lambda samples: [review.pk for review in samples.reviews])),
    Page(
        "admin: findings",
        changelist(
            "reviews_finding",
            {},
            *({"severity__exact": severity} for severity in ("low", "medium", "high", "critical")),
            *({"placement__exact": placement} for placement in ("inline", "body", "told", "dropped")),
        ),
    ),
    Page(
        "admin: findings searched",
        searched("reviews_finding", lambda samples: [f.fingerprint for f in samples.findings]),
    ),
    Page("admin: a finding", changes("reviews_finding", lambda samples: [finding.pk for finding in samples.findings])),
    Page(
        "admin: effects",
        changelist(
            "reviews_effect",
            {},
            *({"state__exact": state} for state in ("INTENT", "DONE", "UNKNOWN")),
            *({"purpose__exact": purpose} for purpose in ("check", "review")),
        ),
    ),
    Page("admin: effects searched", searched("reviews_effect", lambda samples: [str(job.id) for job in samples.jobs])),
    Page("admin: model calls", changelist("reviews_modelcall")),
    Page(
        "admin: model calls searched", searched("reviews_modelcall", lambda samples: [str(j.id) for j in samples.jobs])
    ),
    Page(
        "admin: commands",
        changelist("reviews_givencommand", {}, *({"command__exact": word} for word in ("review", "why", "config"))),
    ),
    Page(
        "admin: commands searched",
        searched("reviews_givencommand", lambda samples: [str(command.comment_id) for command in samples.commands]),
    ),
]
