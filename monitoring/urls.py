"""The operators' addresses. Those of REST begin with /workflow-queue/."""

from django.urls import include, path

from monitoring.views import JobHistoryView, JobView, VitalsView

urlpatterns = [
    path("workflow-queue/jobs/<str:job_id>", JobView.as_view(), name="job"),
    path("workflow-queue/jobs/<str:job_id>/history", JobHistoryView.as_view(), name="job-history"),
    path("healthz", VitalsView.as_view(), name="healthz"),
    path("", include("monitoring.health_urls")),
]
