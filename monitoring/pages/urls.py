from django.urls import path
from django.views.decorators.http import require_safe

from monitoring.pages import headers, health, overview, queues, schedules, workers
from monitoring.pages.sign_in import SignIn, SignOut

app_name = "pages"
urlpatterns = [
    path("", require_safe(overview.overview), name="overview"),
    path("queues", require_safe(queues.queues), name="queues"),
    path("workers", require_safe(workers.workers), name="workers"),
    path("schedules", require_safe(schedules.schedules), name="schedules"),
    path("health", require_safe(health.health), name="health"),
    path("health/dot", require_safe(health.dot), name="health-dot"),
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("csp-report", headers.csp_report, name="csp-report"),
]
