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
<<<<<<< HEAD
        found = vitals()
        status = "ok" if all(vital.well for vital in found.values()) else "degraded"
        checks = {name: vital.to_json() for name, vital in found.items()}
        return Response({"status": status, "checks": checks}, headers={"Cache-Control": "no-store"})
=======
        status, body = told(whole())
        return Response(body, status=status, headers={"Cache-Control": "no-store"})


def _following(request: Request, page: list[JobExecutionHistory], limit: int) -> str:
    return request.build_absolute_uri(f"{request.path}?{urlencode({'after': page[-1].id, 'limit': limit})}")


def _job(job_id: str) -> WorkflowJob:
    """Raises NotFound, also for what is no id at all."""
    try:
        return WorkflowJob.objects.get(id=UUID(job_id))
    except (ValueError, WorkflowJob.DoesNotExist) as exc:
        raise NotFound("No job has this id.") from exc
>>>>>>> d82130b (Tell start-up, each check's cost, and beat, processes, GitHub and disk at /healthz)
