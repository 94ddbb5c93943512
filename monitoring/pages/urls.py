"""The addresses of the dashboard: those one looks at, and those one posts to. What is not a page comes last."""

from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from monitoring.pages import (
    deliveries,
    export,
    headers,
    health,
    insights,
    job,
    jobs,
    lineage,
    overview,
    queues,
    schedules,
    search,
    workers,
)
from monitoring.pages.sign_in import SignIn, SignOut

app_name = "pages"
urlpatterns = [
    path("", require_safe(overview.overview), name="overview"),
    path("jobs", require_safe(jobs.jobs), name="jobs"),
    path("jobs.csv", require_safe(export.export_jobs), {"form": "csv"}, name="jobs-csv"),
    path("jobs.ndjson", require_safe(export.export_jobs), {"form": "ndjson"}, name="jobs-ndjson"),
    path("jobs/<str:job_id>", require_safe(job.job), name="job"),
    path("jobs/<str:job_id>/cancel", require_POST(job.act), {"action": "cancel"}, name="job-cancel"),
    path("jobs/<str:job_id>/retry", require_POST(job.act), {"action": "retry"}, name="job-retry"),
    path("deliveries", require_safe(deliveries.deliveries), name="deliveries"),
    path("deliveries/<str:delivery_id>", require_safe(deliveries.delivery), name="delivery"),
    path(
        "deliveries/<str:delivery_id>/reprocess",
        require_POST(deliveries.reprocess_delivery),
        name="delivery-reprocess",
    ),
    path("search", require_safe(search.search), name="search"),
    path("lineage/<str:correlation_id>", require_safe(lineage.lineage), name="lineage"),
    path("insights", require_safe(insights.insights), name="insights"),
    path("insights/<slug:panel>.csv", require_safe(insights.panel_as_csv), name="insights-csv"),
    path("queues", require_safe(queues.queues), name="queues"),
    path("workers", require_safe(workers.workers), name="workers"),
    path("schedules", require_safe(schedules.schedules), name="schedules"),
    path("health", require_safe(health.health), name="health"),
    path("health/dot", require_safe(health.dot), name="health-dot"),
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("csp-report", headers.csp_report, name="csp-report"),
]
