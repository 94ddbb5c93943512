"""Jobs as JSON, for operators and their tools. Who may read is REST framework's default: staff (settings.py)."""

from urllib.parse import urlencode
from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.generics import RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.models import JobExecutionHistory, WorkflowJob
from monitoring.serializers import HistoryPageSerializer, HistorySerializer, JobSerializer
from monitoring.vitals import vitals


class JobView(RetrieveAPIView[WorkflowJob]):
    serializer_class = JobSerializer

    def get_object(self) -> WorkflowJob:
        return _job(self.kwargs["job_id"])


class JobHistoryView(APIView):
    """Oldest first, in pages by id: the cost of a page does not grow with how far it is from the start."""

    def get(self, request: Request, job_id: str) -> Response:
        asked = HistoryPageSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        after, limit = asked.validated_data["after"], asked.validated_data["limit"]
        rows = list(_job(job_id).history.filter(id__gt=after).order_by("id")[: limit + 1])
        page = rows[:limit]
        following = _following(request, page, limit) if len(rows) > limit else None
        return Response({"results": HistorySerializer(page, many=True).data, "next": following})


class VitalsView(APIView):
    """Always 200 when it can be told: a broker that is away is no reason to stop sending requests here."""

    def get(self, _request: Request) -> Response:
        found = vitals()
        status = "ok" if all(vital.well for vital in found.values()) else "degraded"
        checks = {name: vital.to_json() for name, vital in found.items()}
        return Response({"status": status, "checks": checks}, headers={"Cache-Control": "no-store"})


def _following(request: Request, page: list[JobExecutionHistory], limit: int) -> str:
    return request.build_absolute_uri(f"{request.path}?{urlencode({'after': page[-1].id, 'limit': limit})}")


def _job(job_id: str) -> WorkflowJob:
    """Raises NotFound, also for what is no id at all."""
    try:
        return WorkflowJob.objects.get(id=UUID(job_id))
    except (ValueError, WorkflowJob.DoesNotExist) as exc:
        raise NotFound("No job has this id.") from exc
