from django.urls import path
from django.views.decorators.http import require_safe

from monitoring import health

urlpatterns = [
    path("livez", require_safe(health.livez), name="livez"),
    path("readyz", require_safe(health.readyz), name="readyz"),
]
