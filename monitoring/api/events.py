"""Events: what happened, and telling that something did."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import WorkflowEvent
from jobs.states import EventType
from jobs.waits import emit
from monitoring import audit
from monitoring.access import Scope
from monitoring.api.fields import Payload, Text
from monitoring.api.jobs import next_page
from monitoring.api.once import once
from monitoring.api.permissions import View
from monitoring.api.queries import EventListQuery, Strict
from monitoring.api.serializers import EventPage, EventSerializer
from monitoring.problems import conflict
from monitoring.visible import events_of


class NewEvent(Strict):
    """`scope` is the organization whose jobs may hear it; `key` is what they wait for: `octo/app@<head>`."""

    event_id = Text(max_length=200, help_text="The same id a second time changes nothing.")
    type = serializers.ChoiceField(EventType.choices)
    scope = Text(max_length=200)
    key = Text(max_length=300)
    payload = Payload(required=False, default=dict)


class EventListView(View):
    scopes = {"GET": Scope.EVENTS_READ, "POST": Scope.EVENTS_WRITE}

    @extend_schema(summary="List events", parameters=[EventListQuery], responses=EventPage)
    def get(self, request: Request) -> Response:
        """Newest first; of one key, when scope, type and key are given."""
        asked = EventListQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        limit, after = told.pop("limit"), told.pop("after", None)
        events = events_of(self.caller).filter(**told)
        rows = list((events.filter(id__lt=after) if after else events).order_by("-id")[: limit + 1])
        following = next_page(request, rows[limit - 1].id) if len(rows) > limit else None
        return Response({"results": EventSerializer(rows[:limit], many=True).data, "next": following})

    @extend_schema(
        summary="Tell of an event", request=NewEvent, responses={200: EventSerializer, 201: EventSerializer}
    )
    def post(self, request: Request) -> Response:
        """Stored, and every job that waits for it wakes. The same event id again changes nothing, with other content
        it is refused.
        """
        asked = NewEvent(data=request.data)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        if self.caller.organization and told["scope"] != self.caller.organization:
            raise PermissionDenied(f"{self.caller.name} is of {self.caller.organization} only.")

        def emitted() -> Response:
            event = emit(EventType(told.pop("type")), source=self.caller.name, **told)
            if not _is_same(event, told):
                return conflict("Another event has this id.")
            audit.note(self.caller, "tell of event", event.event_id, result=event.verdict, organization=event.scope)
            return Response(EventSerializer(event).data, status=200 if event.duplicates else 201)

        return once(request, self.caller, emitted)


def _is_same(event: WorkflowEvent, told: dict[str, object]) -> bool:
    return (event.scope, event.key) == (told["scope"], told["key"])
