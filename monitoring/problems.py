"""Errors as RFC 9457 problems: what, why, and the correlation id to look for in the logs. Never a stack, never HTML.

`as_problem` is REST framework's exception handler; `not_found` and `server_error` are Django's, for the addresses
REST framework never sees, `nowhere` and `failed` those of the door, which has no pages.
"""

from http import HTTPStatus
from typing import Any

import structlog
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from telemetry import correlation

CONTENT_TYPE = "application/problem+json"
API = "/workflow-queue/"
#: As long as what waits for a lock is let wait.
RETRY_AFTER_SECONDS = 5

log = structlog.get_logger(__name__)


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "correlation_id": correlation.current(),
        **more,
    }


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The response to an error REST framework knows; None leaves the others to Django, which logs them."""
    if isinstance(error, OperationalError):
        log.warning("database did not answer in time", exc_info=error)
        return _busy()
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        # What is asked for in the address is a bad request; a body that was understood and is not right is a 422.
        request = context.get("request")
        response.status_code = 422 if request is not None and request.method == "POST" else 400
        response.data = problem(response.status_code, "Some fields are not acceptable.", errors=response.data)
    else:
        response.data = problem(response.status_code, str(response.data["detail"]))
    response.content_type = CONTENT_TYPE
    return response


def conflict(detail: str) -> Response:
    """An answer and not an error: the transaction that noted the refusal is to be committed."""
    return Response(problem(409, detail), status=409, content_type=CONTENT_TYPE)


def _busy() -> Response:
    """A row that something else holds, a question that took too long, or a database that is away.

    It does not say that nothing was done: a connection may break just as a transaction is committed.
    """
    detail = (
        "The database did not answer in time. Try again in a moment, under the same Idempotency-Key if there was one."
    )
    return Response(
        problem(503, detail), status=503, content_type=CONTENT_TYPE, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not request.path.startswith(API):
        return defaults.page_not_found(request, exception)
    return nowhere(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith(API):
        return defaults.server_error(request)
    return failed(request)


def nowhere(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return _answer(404, "Nothing has this address.")


def failed(_request: HttpRequest) -> HttpResponse:
    return _answer(500, "The request could not be answered; the log says why under this correlation id.")


def _answer(status: int, detail: str) -> HttpResponse:
    return JsonResponse(problem(status, detail), status=status, content_type=CONTENT_TYPE)
