"""How long the door's tables are kept.

A body goes first: it is large, and holds what people wrote. The delivery stays for as long as its id must be known, so
that it is not taken twice; its size, its hash and what was read out of the body stay with it. What is held keeps its
body until the delivery itself goes: it was answered, and not done.
"""

from collections import Counter
from collections.abc import Sequence

from django.db.models import F, Func, IntegerField

from jobs.pruning import Rule
from jobs.retention import expired, is_live, may_have_expired, of_organization
from webhooks.models import MissedDelivery, WebhookDelivery

#: Twenty kilobytes each, as a rule.
BODIES_AT_ONCE = 200
_OWNER = "split_part(row.repository, '/', 1)"
_HOOKS_OWNER = (
    "CASE WHEN row.hook_id LIKE 'repos/%%' OR row.hook_id LIKE 'orgs/%%' THEN split_part(row.hook_id, '/', 2) END"
)


def drop_bodies(ids: Sequence[int]) -> Counter[str]:
    size = Func(F("body"), function="octet_length", output_field=IntegerField())
    rows = WebhookDelivery.objects.filter(pk__in=ids).update(dropped_bytes=size, body=b"")
    return Counter({BODIES.name: rows})


def _goes(row: str) -> str:
    """Whether a delivery goes, by itself."""
    return f"{expired(f'{row}.received_at', 'deliveries')} AND NOT {is_live(f'{row}.job_id')}"


BODIES = Rule(
    WebhookDelivery,
    order=("received_at", "id"),
    among="dropped_bytes IS NULL",
    old=may_have_expired("row.received_at", "bodies"),
    goes=f"""row.dropped_bytes IS NULL AND row.verdict <> 'HELD'
             AND {expired("row.received_at", "bodies", _OWNER)} AND {of_organization(_OWNER)}""",
    page=BODIES_AT_ONCE,
    act=drop_bodies,
    other_name="webhook_bodies",
)

#: The first delivery of a body goes with its copies, and not before the last of them may.
DELIVERIES = Rule(
    WebhookDelivery,
    order=("received_at", "id"),
    old=may_have_expired("row.received_at", "deliveries"),
    goes=f"""{_goes("row")} AND {of_organization(_OWNER)}
             AND NOT EXISTS (SELECT FROM webhook_deliveries copy
                              WHERE copy.duplicate_of_id = row.id AND NOT ({_goes("copy")}))""",
)

#: GitHub has forgotten them long before.
MISSED = Rule(
    MissedDelivery,
    order=("id",),
    old=may_have_expired("row.failed_at", "deliveries"),
    goes=f"{expired('row.failed_at', 'deliveries')} AND {of_organization(_HOOKS_OWNER)}",
)
