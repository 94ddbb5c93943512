"""What belongs to all organizations together: queues, waits, figures."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.access import Scope
from monitoring.api.permissions import View
from monitoring.api.serializers import FiguresSerializer, QueueSerializer, WaitSerializer
from monitoring.figures import figures, queues, waits


class QueueListView(View):
    scopes = {"GET": Scope.QUEUES_READ}
    everybodys = True

    @extend_schema(summary="List queues", responses=QueueSerializer(many=True))
    def get(self, _request: Request) -> Response:
        """What is runnable and running, since when the oldest is due, and whether the queue is paused."""
        return Response({"results": QueueSerializer(queues(), many=True).data})


class WaitListView(View):
    scopes = {"GET": Scope.JOBS_READ}

    @extend_schema(summary="List waits", responses=WaitSerializer(many=True))
    def get(self, _request: Request) -> Response:
        """The jobs that wait for an event, the next to be given up first; at most 200."""
        return Response({"results": WaitSerializer(waits(self.caller.organization), many=True).data})


class FiguresView(View):
    scopes = {"GET": Scope.METRICS_READ}
    everybodys = True

    @extend_schema(summary="Show how the queue does", responses=FiguresSerializer)
    def get(self, _request: Request) -> Response:
        return Response(FiguresSerializer(figures()).data)
