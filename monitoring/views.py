"""Health, for people and alerts who are signed in. Pages are in pages/, the API in api/."""

from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.access import Scope
from monitoring.api.permissions import View
from monitoring.health import told
from monitoring.whole import whole


class VitalsView(View):
    """200 while this process can do its work: a broker that is away is no reason to stop sending requests here."""

    scopes = {"GET": Scope.METRICS_READ}
    everybodys = True

    def get(self, _request: Request) -> Response:
        status, body = told(whole())
        return Response(body, status=status, headers={"Cache-Control": "no-store"})
