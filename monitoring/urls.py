"""The operators' addresses. Those of REST begin with /workflow-queue/."""

from django.urls import include, path

from monitoring.metrics.views import MetricsView
from monitoring.views import VitalsView

urlpatterns = [
    path("workflow-queue/", include("monitoring.api.urls")),
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("healthz", VitalsView.as_view(), name="healthz"),
    path("", include("monitoring.health_urls")),
    path("", include("monitoring.pages.urls")),
]
