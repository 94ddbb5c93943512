"""The yardstick of webhook_accept.py: a Django view that does one INSERT of the body, and nothing else.

Served with the door's settings, server, database and pool, so that what differs is the work done per request.
"""

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

TABLE = (
    "CREATE TABLE IF NOT EXISTS bare_deliveries (id bigserial PRIMARY KEY, body bytea, at timestamptz DEFAULT now())"
)


@csrf_exempt  # a yardstick has no session
def store(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_deliveries (body) VALUES (%s)", [request.body])
    return JsonResponse({"stored": True}, status=202)


urlpatterns = [path("webhooks/github", store)]
