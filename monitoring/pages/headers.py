"""What browsers are told with every answer of the operators' side, and what they report back.

The policy lets a page load our own files and nothing else: no inline script or style, no frame around it, no form to
elsewhere. The admin lives under the same one.
"""

import json
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

log = structlog.get_logger(__name__)

MOST_REPORT_BYTES = 8_192
MOST_TOLD = 200

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri /csp-report"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # A page shown to one person is not kept for the next: not by a proxy, not behind the back button.
    "Cache-Control": "no-store",
}


def security_headers(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware; a view that set one of the headers itself keeps it."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return respond


@csrf_exempt  # browsers send reports without a token
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what a signed-in person's browser refused; the answer is the same for everybody."""
    if request.user.is_authenticated and _is_short(request):
        log.warning("browser refused to load something", **_told(request.body))
    return HttpResponse(status=204)


def _is_short(request: HttpRequest) -> bool:
    """What does not say its length is not read."""
    given = request.META.get("CONTENT_LENGTH") or ""
    return (
        given.isascii()
        and given.isdecimal()
        and len(given) <= len(str(MOST_REPORT_BYTES))
        and int(given) <= MOST_REPORT_BYTES
    )


def _told(body: bytes) -> dict[str, str]:
    try:
        report: Any = json.loads(body)["csp-report"]
        names = {"page": "document-uri", "directive": "violated-directive", "blocked": "blocked-uri"}
        return {name: str(report.get(key, ""))[:MOST_TOLD] for name, key in names.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {"page": "unreadable report"}
