"""Pause a queue, resume it: with a reason, once, and told apart from what was so already."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.errors import UnknownQueue
from jobs.pausing import pause_of
from monitoring.access import Scope
from monitoring.api.once import once
from monitoring.api.permissions import View
from monitoring.api.serializers import SteeredQueue
from monitoring.api.steering import Reason
from monitoring.steering import pause_queue, resume_queue


class _SteerQueueView(View):
    scopes = {"POST": Scope.QUEUES_WRITE}
    everybodys = True
    steer = staticmethod(pause_queue)

    def act(self, request: Request, name: str) -> Response:
        asked = Reason(data=request.data)
        asked.is_valid(raise_exception=True)

        def steered() -> Response:
            try:
                changed = self.steer(self.caller, name, reason=asked.validated_data["reason"])
            except UnknownQueue as unknown:
                raise NotFound(str(unknown)) from None
            return Response(SteeredQueue({"name": name, "paused": pause_of(name), "changed": changed}).data)

        return once(request, self.caller, steered)


class PauseView(_SteerQueueView):
    steer = staticmethod(pause_queue)

    @extend_schema(summary="Pause a queue", request=Reason, responses=SteeredQueue)
    def post(self, request: Request, name: str) -> Response:
        """None of its jobs is started until it is resumed; those that run go on to their end."""
        return self.act(request, name)


class ResumeView(_SteerQueueView):
    steer = staticmethod(resume_queue)

    @extend_schema(summary="Resume a queue", request=Reason, responses=SteeredQueue)
    def post(self, request: Request, name: str) -> Response:
        """Its jobs go on, in the order in which they became due."""
        return self.act(request, name)
