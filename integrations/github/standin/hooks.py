"""A webhook's deliveries as GitHub shows them: each attempt an item of its own, all attempts of one with one guid.

The stand-in's hook answers as a repository's, an organization's and the app's: with the deliveries about that
repository, about the organization's, and with all. They are listed newest first, from the delivery the cursor names.
"""

import json
from typing import Any

from integrations.github.standin.calls import Call, link_to, one
from integrations.github.standin.deliveries import HOOK_ID, Delivery
from integrations.github.standin.http import Refused, Reply, not_found

_CURSOR = "v1_"


def list_deliveries(call: Call) -> Reply:
    deliveries = _deliveries(call)
    cursor = call.request.query.get("cursor")
    if cursor is not None:
        newest = _attempt_id(cursor)
        deliveries = [delivery for delivery in deliveries if delivery.attempt_id <= newest]
    items, more = deliveries[: call.per_page], deliveries[call.per_page :]
    link = {"Link": link_to(call, "next", cursor=f"{_CURSOR}{more[0].attempt_id}")} if more else {}
    return Reply(200, [_item(delivery) for delivery in items], link)


def redeliver(call: Call) -> Reply:
    """Sent again soon under the same guid."""
    wanted = int(call.ids["attempt"])
    call.hook.redeliver_soon(one(delivery for delivery in _deliveries(call) if delivery.attempt_id == wanted))
    return Reply(202, {})


def _deliveries(call: Call) -> list[Delivery]:
    """What the hook that the path names has sent."""
    if call.ids.get("hook", HOOK_ID) != HOOK_ID:
        raise not_found()
    if "repository" in call.ids:
        about = {call.hosted.id}
    elif "organization" in call.ids:
        about = {
            hosted.id for hosted in call.records.repositories.values() if hosted.owner == call.ids["organization"]
        }
    else:
        about = {hosted.id for hosted in call.records.repositories.values()}
    if not about:
        raise not_found()
    return [delivery for delivery in call.hook.shown() if delivery.repository_id in about]


def _attempt_id(cursor: str) -> int:
    number = cursor.removeprefix(_CURSOR)
    if number == cursor or not (number.isascii() and number.isdigit()):
        raise Refused(422, "Validation Failed")
    return int(number)


def _item(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.attempt_id,
        "guid": delivery.id,
        "delivered_at": delivery.sent_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "redelivery": delivery.redelivery,
        "duration": round(delivery.duration_seconds, 2),
        "status": delivery.outcome,
        "status_code": delivery.status or 0,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": json.loads(delivery.body)["installation"]["id"],
        "repository_id": delivery.repository_id,
        "throttled_at": None,
    }
