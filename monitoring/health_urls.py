from django.urls import path
from django.views.decorators.http import require_safe

from monitoring import health

urlpatterns = [
    path("livez", require_safe(health.livez), name="livez"),
    path("startupz", require_safe(health.startupz), name="startupz"),
    path("readyz", require_safe(health.readyz), name="readyz"),
]
