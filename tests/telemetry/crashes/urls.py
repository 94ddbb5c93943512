from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tests.telemetry.crashes.handlers import Unforeseen, crash


@csrf_exempt  # whoever asks has no session here
def view(_request: HttpRequest) -> HttpResponse:
    crash(Unforeseen)
    return HttpResponse()


urlpatterns = [path("crash", view)]
