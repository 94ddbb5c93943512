"""What belongs to all organizations together: queues, workers, schedules, figures; and waits."""

from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.access import Scope
from monitoring.api.once import once
from monitoring.api.permissions import View
from monitoring.api.serializers import (
    FiguresSerializer,
    ProcessList,
    ProcessSerializer,
    QueueList,
    QueueSerializer,
    ScheduleList,
    ScheduleSerializer,
    WaitList,
    WaitSerializer,
)
from monitoring.api.steering import Reason
from monitoring.figures import figures, queues, waits
from monitoring.living import seen_processes
from monitoring.problems import conflict
from monitoring.schedule import described, known_schedules
from monitoring.steering import Refused, switch_duty


class QueueListView(View):
    scopes = {"GET": Scope.QUEUES_READ}
    everybodys = True

    @extend_schema(summary="List queues", responses=QueueList)
    def get(self, _request: Request) -> Response:
        """What is runnable and running, since when the oldest is due, and whether the queue is paused."""
        return Response({"results": QueueSerializer(queues(), many=True).data})


class WorkerListView(View):
    scopes = {"GET": Scope.QUEUES_READ}
    everybodys = True

    @extend_schema(summary="List workers", responses=ProcessList)
    def get(self, _request: Request) -> Response:
        """And the other processes without HTTP, as they told of themselves in the last day: live ones first."""
        return Response({"results": ProcessSerializer(seen_processes(), many=True).data})


class ScheduleListView(View):
    scopes = {"GET": Scope.QUEUES_READ}
    everybodys = True

    @extend_schema(summary="List schedules", responses=ScheduleList)
    def get(self, _request: Request) -> Response:
        """The calendar's duties by name; at most 200."""
        return Response({"results": ScheduleSerializer(known_schedules(timezone.now()), many=True).data})


class _SwitchView(View):
    scopes = {"POST": Scope.QUEUES_WRITE}
    everybodys = True
    on: bool

    def act(self, request: Request, schedule_id: int) -> Response:
        asked = Reason(data=request.data)
        asked.is_valid(raise_exception=True)

        def switched() -> Response:
            try:
                duty = switch_duty(self.caller, schedule_id, on=self.on, reason=asked.validated_data["reason"])
            except PeriodicTask.DoesNotExist:
                raise NotFound("No schedule has this id.") from None
            except Refused as refused:
                return conflict(str(refused))
            return Response(ScheduleSerializer(described(duty, timezone.now())).data)

        return once(request, self.caller, switched)


class EnableView(_SwitchView):
    on = True

    @extend_schema(summary="Switch a schedule on", request=Reason, responses=ScheduleSerializer)
    def post(self, request: Request, schedule_id: int) -> Response:
        """Refused when its time never comes, or cannot be worked out."""
        return self.act(request, schedule_id)


class DisableView(_SwitchView):
    on = False

    @extend_schema(summary="Switch a schedule off", request=Reason, responses=ScheduleSerializer)
    def post(self, request: Request, schedule_id: int) -> Response:
        return self.act(request, schedule_id)


class WaitListView(View):
    scopes = {"GET": Scope.JOBS_READ}

    @extend_schema(summary="List waits", responses=WaitList)
    def get(self, _request: Request) -> Response:
        """The jobs that wait for an event, the next to be given up first; at most 200."""
        return Response({"results": WaitSerializer(waits(self.caller.organization), many=True).data})


class FiguresView(View):
    scopes = {"GET": Scope.METRICS_READ}
    everybodys = True

    @extend_schema(summary="Show how the queue does", responses=FiguresSerializer)
    def get(self, _request: Request) -> Response:
        return Response(FiguresSerializer(figures()).data)
