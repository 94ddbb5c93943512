"""Binds the correlation id of a request: GitHub's delivery id at the door, else the caller's, else a new one."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from telemetry import correlation

ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{1,100}")
HEADERS = ("X-GitHub-Delivery", "X-Correlation-ID")


class CorrelationMiddleware:
    """Takes the id from the request when it is well formed, and echoes it in `X-Correlation-ID`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with correlation.bind(_id_of(request)):
            response = self.get_response(request)
            response["X-Correlation-ID"] = correlation.current()
            return response


def _id_of(request: HttpRequest) -> str:
    offered = (request.headers.get(header, "") for header in HEADERS)
    return next((text for text in offered if ACCEPTED.fullmatch(text)), "") or correlation.new()
