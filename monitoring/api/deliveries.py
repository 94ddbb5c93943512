"""Deliveries: the list, one, and carrying one out once more."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.access import Caller, Scope
from monitoring.api.jobs import next_page
from monitoring.api.once import once
from monitoring.api.permissions import View
from monitoring.api.queries import DeliveryListQuery
from monitoring.api.serializers import DeliveryPage, DeliverySerializer, ReprocessedSerializer
from monitoring.api.steering import Reason
from monitoring.lists.deliveries import find_deliveries
from monitoring.problems import conflict
from monitoring.steering import Refused, reprocess
from monitoring.visible import confined_deliveries, delivery_of
from webhooks.models import WebhookDelivery


class DeliveryListView(View):
    scopes = {"GET": Scope.DELIVERIES_READ}

    @extend_schema(summary="List deliveries", parameters=[DeliveryListQuery], responses=DeliveryPage)
    def get(self, request: Request) -> Response:
        """Newest first, in pages as those of jobs."""
        asked = DeliveryListQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        wanted = confined_deliveries(asked.filter(), self.caller)
        page = find_deliveries(wanted, limit=told["limit"], after=told.get("after"))
        results = DeliverySerializer(page.rows, many=True).data
        following = next_page(request, page.after)
        return Response({"results": results, "complete": page.complete, "next": following})


class DeliveryView(View):
    scopes = {"GET": Scope.DELIVERIES_READ}

    @extend_schema(summary="Show a delivery", responses=DeliverySerializer)
    def get(self, _request: Request, delivery_id: str) -> Response:
        return Response(DeliverySerializer(_seen(self.caller, delivery_id)).data)


class ReprocessView(View):
    scopes = {"POST": Scope.DELIVERIES_WRITE}

    @extend_schema(summary="Carry a delivery out once more", request=Reason, responses=ReprocessedSerializer)
    def post(self, request: Request, delivery_id: str) -> Response:
        """As if it had just arrived: a review of what was reviewed already ends as skipped."""
        asked = Reason(data=request.data)
        asked.is_valid(raise_exception=True)
        delivery = _seen(self.caller, delivery_id)

        def reprocessed() -> Response:
            try:
                outcome = reprocess(self.caller, delivery, reason=asked.validated_data["reason"])
            except Refused as refused:
                return conflict(str(refused))
            told = {"verdict": outcome.verdict, "reason": outcome.reason, "job": outcome.job_id}
            return Response(ReprocessedSerializer(told).data)

        return once(request, self.caller, reprocessed)


def _seen(caller: Caller, delivery_id: str) -> WebhookDelivery:
    delivery = delivery_of(caller, delivery_id)
    if delivery is None:
        raise NotFound("No delivery has this id.")
    return delivery
