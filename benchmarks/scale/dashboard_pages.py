"""Every page of the dashboard, each with the filters and rows that people ask for."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import reverse

from benchmarks.scale.pages import OVERVIEW_AIM_MS, Page
from benchmarks.scale.samples import Samples
from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from monitoring.pages.panels import PANELS
from monitoring.sampling import PERIODS

#: Of these there is most, of these little, and of these nothing.
REPOSITORIES = ("org-0/repo-0", "org-1/repo-0", "org-700/repo-0", "none/such")


def at(name: str, *queries: dict[str, str]) -> Callable[[Samples], list[str]]:
    """The page, with each of these queries in turn."""

    def urls(samples: Samples) -> list[str]:
        path = reverse(f"pages:{name}")
        return [f"{path}?{urlencode(query)}" if query else path for query in samples.cycle(list(queries or ({},)))]

    return urls


def of_jobs(name: str, key: Callable[[WorkflowJob], object]) -> Callable[[Samples], list[str]]:
    return lambda samples: [reverse(f"pages:{name}", args=[key(job)]) for job in samples.all_jobs]


def searched(term: Callable[[WorkflowJob], str]) -> Callable[[Samples], list[str]]:
    return lambda samples: [f"{reverse('pages:search')}?{urlencode({'q': term(job)})}" for job in samples.all_jobs]


def listed_with(query: Callable[[WorkflowJob], dict[str, str]]) -> Callable[[Samples], list[str]]:
    return lambda samples: [f"{reverse('pages:jobs')}?{urlencode(query(job))}" for job in samples.all_jobs]


def _deliveries(samples: Samples) -> list[str]:
    return [reverse("pages:delivery", args=[delivery.delivery_id]) for delivery in samples.deliveries]


def _repository(job: WorkflowJob) -> str:
    return job.subject.partition("#")[0]


_PERIODS = [{"period": name} for name in PERIODS]
_OF_REPOSITORIES = [{**period, "repository": name} for name in REPOSITORIES for period in _PERIODS]
_OF_TYPES = [{**period, "type": kind.value} for kind in WorkflowType for period in _PERIODS]
_OF_BUSY = [{"q": name} for name in REPOSITORIES]
_STATUSES = [{"status": status.value} for status in JobStatus]

DASHBOARD = [
    Page("page: overview", at("overview"), OVERVIEW_AIM_MS),
    Page("page: jobs", at("jobs", {}, *_STATUSES, *({"type": kind.value} for kind in WorkflowType))),
    Page("page: jobs of a repository", at("jobs", *({"q": name} for name in REPOSITORIES))),
    Page("page: jobs of a pull request", listed_with(lambda job: {"q": job.subject})),
    Page("page: jobs of a commit", listed_with(lambda job: {"q": job.payload["head_sha"]})),
    Page("page: failed jobs of a repository", listed_with(lambda job: {"q": _repository(job), "status": "FAILED"})),
    Page("page: cancel all that match", at("bulk-cancel", {"status": "PENDING"}, *_OF_BUSY)),
    Page("page: retry all that match", at("bulk-retry", {"status": "FAILED"}, *_OF_BUSY)),
    Page("page: a job", of_jobs("job", lambda job: job.id)),
    Page("page: lineage", of_jobs("lineage", lambda job: job.correlation_id)),
    Page("page: search, a delivery", searched(lambda job: job.correlation_id)),
    Page("page: search, a job", searched(lambda job: str(job.id))),
    Page("page: search, a repository", searched(_repository)),
    Page("page: search, a pull request", searched(lambda job: job.subject)),
    Page("page: search, a commit", searched(lambda job: job.payload["head_sha"])),
    Page("page: search, the beginning of one", searched(lambda job: job.payload["head_sha"][:8])),
    Page("page: search, a trace", searched(lambda job: job.correlation_id.replace("-", ""))),
    Page("page: search, an event's key", searched(lambda job: f"{_repository(job)}@{job.payload['head_sha']}")),
    Page(
        "page: search, a comment",
        searched(lambda job: f"https://x/{job.subject.replace('#', '/pull/')}#discussion_r1"),
    ),
    Page(
        "page: deliveries",
        at("deliveries", {}, *({"verdict": verdict} for verdict in ("ACCEPTED", "IGNORED", "HELD"))),
    ),
    Page("page: deliveries of a repository", at("deliveries", *({"repository": name} for name in REPOSITORIES))),
    Page("page: a delivery", _deliveries),
    Page("page: metrics", at("insights", *_PERIODS)),
    Page("page: metrics of a repository", at("insights", *_OF_REPOSITORIES)),
    Page("page: metrics of a type", at("insights", *_OF_TYPES)),
    Page(
        "page: metrics as CSV",
        lambda samples: samples.cycle([reverse("pages:insights-csv", args=[name]) for name in PANELS]),
    ),
    Page("page: queues", at("queues")),
    Page("page: workers", at("workers")),
    Page("page: schedules", at("schedules")),
    Page("page: health", at("health")),
    Page("page: the dot", at("health-dot")),
]
