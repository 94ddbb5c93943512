"""The door (:3332): deliveries and health, nothing else."""

from django.urls import include, path

urlpatterns = [
    path("webhooks/", include("webhooks.urls")),
    path("", include("monitoring.health_urls")),
]
