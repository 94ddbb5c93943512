"""Health, for people and alerts who are signed in. Pages are in pages/, the API in api/."""

from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.access import Scope
from monitoring.api.permissions import View
from monitoring.vitals import vitals


class VitalsView(View):
    """Always 200 when it can be told: a broker that is away is no reason to stop sending requests here."""

    scopes = {"GET": Scope.METRICS_READ}
    everybodys = True

    def get(self, _request: Request) -> Response:
        found = vitals()
        status = "ok" if all(vital.well for vital in found.values()) else "degraded"
        checks = {name: vital.to_json() for name, vital in found.items()}
        return Response({"status": status, "checks": checks}, headers={"Cache-Control": "no-store"})
