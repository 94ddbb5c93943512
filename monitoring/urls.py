"""The operators' addresses. Those of REST begin with /workflow-queue/."""

from django.urls import include, path

from monitoring.views import VitalsView

urlpatterns = [
    path("workflow-queue/", include("monitoring.api.urls")),
    path("healthz", VitalsView.as_view(), name="healthz"),
    path("", include("monitoring.health_urls")),
    path("", include("monitoring.pages.urls")),
]
