"""What stands around every page: the navigation, the header, and the live part that polls.

A page is a template that extends `monitoring/page.html`, and beside it one whose name ends in `_live.html`: what is
asked for again every few seconds. A poll (htmx says so in a header) gets that part alone, or 304 when it would look
the same. Times do not count as a change, the browser keeps them moving by itself.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from monitoring.access import Scope, caller_of
from monitoring.pages.pulse import pulse

_TIME = re.compile(r"(<time\b[^>]*>)[^<]*(</time>)")
#: A form's token is another one each time.
_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=)"[^"]*"')


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation; `key` follows g on the keyboard.

    `everybodys`: it shows what belongs to all organizations, and is for those who are of none.
    """

    name: str
    title: str
    icon: str
    key: str
    scope: Scope
    everybodys: bool = True

    @property
    def url(self) -> str:
        return reverse(f"pages:{self.name}")


PLACES = (
    Place("overview", "Overview", "pulse", "o", Scope.JOBS_READ, everybodys=False),
    Place("jobs", "Jobs", "list", "j", Scope.JOBS_READ, everybodys=False),
    Place("deliveries", "Deliveries", "inbox", "d", Scope.DELIVERIES_READ, everybodys=False),
    Place("insights", "Metrics", "chart", "m", Scope.JOBS_READ, everybodys=False),
    Place("schedules", "Schedules", "calendar", "s", Scope.QUEUES_READ),
    Place("workers", "Workers", "cpu", "w", Scope.QUEUES_READ),
    Place("queues", "Queues", "layers", "q", Scope.QUEUES_READ),
)


def page(
    request: HttpRequest, name: str, context: dict[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """The page of this name, or to a poll what is new of it. `here` is its place in the navigation, if not its own."""
    if request.headers.get("HX-Request") == "true":
        return part(request, f"monitoring/{name}_live.html", context)
    live = render_to_string(f"monitoring/{name}_live.html", context, request)
    # Rendered, and escaped, by the line above.
    whole = {**context, **frame(request), "here": here or name, "live": mark_safe(live), "etag": _etag(live)}  # noqa: S308 - see above
    return render(request, f"monitoring/{name}.html", whole, status=status)


def part(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """What a poll gets: the part, or 304 when it looks as the poll's `If-None-Match` says."""
    told = render_to_string(template, context, request)
    same = request.headers.get("If-None-Match") == _etag(told)
    response = HttpResponseNotModified() if same else HttpResponse(told)
    response.headers["ETag"] = _etag(told)
    return response


def frame(request: HttpRequest) -> dict[str, Any]:
    """What `monitoring/page.html` shows on every page."""
    caller = caller_of(request)
    return {
        "places": [place for place in PLACES if caller.may(place.scope, everybodys=place.everybodys)],
        "elsewhere": _elsewhere(request),
        "environment": settings.ENVIRONMENT,
        "beat": None if caller.organization else pulse(),
        "person": caller.name.partition(":")[2],
    }


def _elsewhere(request: HttpRequest) -> list[tuple[str, str]]:
    """Title and address of what is not ours, where there is such a thing."""
    admin = reverse("admin:index") if getattr(request.user, "is_staff", False) else ""
    links = [("Admin", admin), ("Flower", settings.FLOWER_URL), ("Sentry", settings.SENTRY_URL)]
    return [(title, url) for title, url in links if url]


def _etag(live: str) -> str:
    told = _TOKEN.sub(r"\1", _TIME.sub(r"\1\2", live))
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:20]}"'
