"""The operators' side (:3331): dashboard, admin, REST, health."""

from django.contrib import admin
from django.urls import include, path

admin.site.site_header = admin.site.site_title = "Kodus Queue"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("monitoring.urls")),
]
handler404 = "monitoring.problems.not_found"
handler500 = "monitoring.problems.server_error"
