"""The edge: a request in, an answer as JSON out. 4xx is the sender's matter, 5xx is ours and worth a redelivery."""

import time
from collections.abc import Callable
from functools import wraps

import structlog
from django.db import DataError, Error
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from telemetry import counters
from webhooks.errors import DeliveryRefused, PayloadInvalid
from webhooks.intake import accept
from webhooks.requests import body_of

RETRY_AFTER_SECONDS = 30

logger = structlog.get_logger(__name__)


def timed(view: Callable[[HttpRequest], JsonResponse]) -> Callable[[HttpRequest], JsonResponse]:
    @wraps(view)
    def answer(request: HttpRequest) -> JsonResponse:
        began = time.perf_counter()
        response = view(request)
        counters.DELIVERY_SECONDS.observe(time.perf_counter() - began, str(response.status_code))
        return response

    return answer


@csrf_exempt  # the signature proves the sender; there is no session to ride on
@timed
def github(request: HttpRequest) -> JsonResponse:
    try:
        return JsonResponse(accept(request.headers, body_of(request)).to_json(), status=202)
    except DeliveryRefused as refusal:
        return _refused(refusal)
    except UnreadablePostError:
        return _refused(PayloadInvalid("The body ended before its announced length."))
    except DataError:
        logger.exception("delivery_not_storable")
        return _refused(PayloadInvalid("The payload holds a value that cannot be stored."))
    except Error:
        logger.exception("delivery_store_unavailable")
        return _failed(503, "store_unavailable", "The delivery could not be stored now; nothing was kept of it.")
    except Exception:  # the webhook edge: whatever it was, nothing was stored and the sender must know
        logger.exception("delivery_failed")
        return _failed(500, "internal_error", "The delivery could not be processed; nothing was kept of it.")


def _refused(refusal: DeliveryRefused) -> JsonResponse:
    logger.info("delivery_refused", status=refusal.status, error=refusal.error, detail=refusal.detail)
    counters.REFUSALS.add(refusal.error)
    response = JsonResponse({"error": refusal.error, "detail": refusal.detail}, status=refusal.status)
    if refusal.status == 405:  # noqa: PLR2004 - the one status that must name what is allowed
        response["Allow"] = "POST"
    return response


def _failed(status: int, error: str, detail: str) -> JsonResponse:
    counters.REFUSALS.add(error)
    response = JsonResponse({"error": error, "detail": detail}, status=status)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
