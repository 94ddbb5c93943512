"""GET /metrics, with a token of the scope metrics:read or signed in."""

from collections.abc import Iterable

from django.http import HttpResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from monitoring.access import Scope
from monitoring.api.permissions import View
from monitoring.metrics.scrape import exposition


class TheOnlyForm(BaseContentNegotiation):
    """Prometheus asks for forms by preference, REST framework would refuse those it does not know."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:  # noqa: ARG002 - theirs
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 - REST framework's signature
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 - the same
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)


class MetricsView(View):
    scopes = {"GET": Scope.METRICS_READ}
    everybodys = True
    content_negotiation_class = TheOnlyForm

    def get(self, _request: Request) -> HttpResponse:
        headers = {"Cache-Control": "no-store"}
        return HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4, headers=headers)
