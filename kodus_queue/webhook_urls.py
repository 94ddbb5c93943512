"""The door (:3332): deliveries and health, nothing else."""

from django.urls import include, path

urlpatterns = [
    path("webhooks/", include("webhooks.urls")),
    path("", include("monitoring.health_urls")),
]
# The dashboard's pages for this lead to addresses that are not here.
handler404 = "monitoring.problems.nowhere"
handler500 = "monitoring.problems.failed"
