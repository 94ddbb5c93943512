"""Health in words, and the dot in the header that sums it up. Whoever may sign in may know."""

from django.http import HttpRequest, HttpResponse

from monitoring.access import Scope, needs
from monitoring.pages.attention import HEADLINES
from monitoring.pages.frame import page, part
from monitoring.pages.pulse import pulse


@needs(Scope.QUEUES_READ, everybodys=True)
def health(request: HttpRequest) -> HttpResponse:
    beat = pulse()
    checks = [(name, HEADLINES.get(name, name.capitalize()), vital) for name, vital in beat.vitals.items()]
    return page(request, "health", {"beat": beat, "checks": checks})


@needs(Scope.QUEUES_READ, everybodys=True)
def dot(request: HttpRequest) -> HttpResponse:
    """The header's one word, asked for again and again."""
    return part(request, "monitoring/health_dot.html", {"beat": pulse()})
