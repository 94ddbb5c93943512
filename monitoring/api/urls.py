"""The addresses of the API, under /workflow-queue/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from monitoring.api.bulk import BulkListView, BulkView, PreviewView
from monitoring.api.deliveries import DeliveryListView, DeliveryView, ReprocessView
from monitoring.api.events import EventListView
from monitoring.api.jobs import JobHistoryView, JobListView, JobView
from monitoring.api.operations import (
    DisableView,
    EnableView,
    FiguresView,
    QueueListView,
    ScheduleListView,
    WaitListView,
    WorkerListView,
)
from monitoring.api.queues import PauseView, ResumeView
from monitoring.api.steering import CancelView, RetryView

urlpatterns = [
    path("jobs", JobListView.as_view(), name="jobs"),
    path("jobs/<str:job_id>", JobView.as_view(), name="job"),
    path("jobs/<str:job_id>/history", JobHistoryView.as_view(), name="job-history"),
    path("jobs/<str:job_id>/cancel", CancelView.as_view(), name="job-cancel"),
    path("jobs/<str:job_id>/retry", RetryView.as_view(), name="job-retry"),
    path("bulk-actions", BulkListView.as_view(), name="bulk-actions"),
    path("bulk-actions/preview", PreviewView.as_view(), name="bulk-preview"),
    path("bulk-actions/<str:bulk_id>", BulkView.as_view(), name="bulk-action"),
    path("deliveries", DeliveryListView.as_view(), name="deliveries"),
    path("deliveries/<str:delivery_id>", DeliveryView.as_view(), name="delivery"),
    path("deliveries/<str:delivery_id>/reprocess", ReprocessView.as_view(), name="delivery-reprocess"),
    path("events", EventListView.as_view(), name="events"),
    path("waits", WaitListView.as_view(), name="waits"),
    path("queues", QueueListView.as_view(), name="queues"),
    path("queues/<str:name>/pause", PauseView.as_view(), name="queue-pause"),
    path("queues/<str:name>/resume", ResumeView.as_view(), name="queue-resume"),
    path("workers", WorkerListView.as_view(), name="workers"),
    path("schedules", ScheduleListView.as_view(), name="schedules"),
    path("schedules/<int:schedule_id>/enable", EnableView.as_view(), name="schedule-enable"),
    path("schedules/<int:schedule_id>/disable", DisableView.as_view(), name="schedule-disable"),
    path("metrics", FiguresView.as_view(), name="figures"),
    path("openapi", SpectacularAPIView.as_view(), name="openapi"),
]
