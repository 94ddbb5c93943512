"""Whether the whole is well: the broker answers, and nothing waits longer than the processes behind it should let it.

Computed from rows, each by its partial index, so that it tells the truth even when the process in question is gone.
A web process does not need any of this to do its own work: that is `/readyz` (health.py).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jobs.pausing import NOT_PAUSED
from monitoring.broker import BrokerAway, connected
from webhooks.missed import gap_of
from webhooks.models import Hook

PATIENCE_SECONDS = 1
RECOVERY_TAKES_AT_MOST = timedelta(minutes=10)
#: A queue that is paused for longer may have been forgotten.
PAUSED_AT_MOST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Vital:
    """`since_seconds` is how long the oldest has waited past its time; None when nothing waits."""

    well: bool
    detail: str
    since_seconds: float | None = None

    def to_json(self) -> dict[str, Any]:
        since = None if self.since_seconds is None else round(self.since_seconds, 1)
        return {"status": "ok" if self.well else "degraded", "detail": self.detail, "since_seconds": since}


@dataclass(frozen=True, slots=True)
class Lag:
    """Rows that wait for a process. `sql` gives the instant since which the oldest does.

    What stays because its queue is paused waits for a person.
    """

    sql: str
    limit: timedelta
    suspect: str


_DUE = """SELECT min(due_at) FROM workflow_jobs
           WHERE status IN ('PENDING', 'RETRYING') AND due_at <= statement_timestamp()"""

LAGS = {
    "dispatch": Lag(
        # Where messages are announced already, the rest waits for its turn: that is for "start" to judge.
        f"""SELECT min(available_at) FROM outbox_messages message
            WHERE sent_at IS NULL AND available_at <= statement_timestamp() AND destination {NOT_PAUSED}
              AND NOT EXISTS (SELECT FROM outbox_messages announced
                               WHERE announced.sent_at IS NOT NULL AND announced.destination = message.destination)""",  # noqa: S608 - composed of constants
        timedelta(minutes=1),
        "messages are not published: is the dispatcher running, does the broker answer, do the workers take any?",
    ),
    "start": Lag(
        # While nothing is paused, the first row of an index tells.
        f"""SELECT CASE WHEN EXISTS (SELECT FROM paused_queues) THEN ({_DUE} AND queue {NOT_PAUSED})
                        ELSE ({_DUE}) END""",  # noqa: S608 - composed of constants
        timedelta(minutes=10),
        "due jobs are not started: are the workers running, and are there enough?",
    ),
    "rescue": Lag(
        """SELECT min(lease_until) FROM workflow_jobs
            WHERE status = 'PROCESSING' AND lease_until <= statement_timestamp()""",
        timedelta(minutes=1),
        "jobs of lost workers are not taken back: is the dispatcher running?",
    ),
    "waits": Lag(
        """SELECT min(wait_deadline) FROM workflow_jobs
            WHERE status = 'WAITING_FOR_EVENT' AND wait_deadline <= statement_timestamp()""",
        timedelta(minutes=1),
        "waits past their deadline are not ended: is the dispatcher running?",
    ),
}


def vitals() -> dict[str, Vital]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE_SECONDS}s'")
        lags = {name: lag_of(lag) for name, lag in LAGS.items()}
        found = {**lags, "deliveries": deliveries_arrive()}
    return {"broker": broker_answers(), **found}


def broker_answers() -> Vital:
    try:
        with connected(within_seconds=PATIENCE_SECONDS) as broker:
            broker.channel().close()
    except BrokerAway as away:
        return Vital(well=False, detail=f"does not answer ({away}); work waits in the database")
    return Vital(well=True, detail="answers")


def deliveries_arrive() -> Vital:
    """Whether all that GitHub sent is here, as far as its webhooks are looked after."""
    named, now = settings.GITHUB_HOOKS, timezone.now()
    if not named:
        return Vital(well=True, detail="no webhook is looked after")
    gap = gap_of(named)
    since_seconds = (now - gap.since).total_seconds() if gap.since else None
    if gap.since and now - gap.since > RECOVERY_TAKES_AT_MOST:
        text = f"{gap.missing} did not arrive, and asking GitHub again has not helped: see the missed deliveries"
        return Vital(well=False, detail=text, since_seconds=since_seconds)
    lately = Hook.objects.filter(looked_at__gt=now - RECOVERY_TAKES_AT_MOST).values_list("path", flat=True)
    neglected = sorted(set(named) - set(lately))
    if neglected:
        text = f"not looked through for ten minutes: {', '.join(neglected)}; is beat running, do its jobs fail?"
        return Vital(well=False, detail=text, since_seconds=since_seconds)
    detail = f"{gap.missing} missing, asked for again" if gap.missing else "nothing is missing"
    return Vital(well=True, detail=detail, since_seconds=since_seconds)


def lag_of(lag: Lag) -> Vital:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT extract(epoch FROM statement_timestamp() - ({lag.sql}))")  # noqa: S608 - constants
        since = cursor.fetchone()[0]
    if since is None:
        return Vital(well=True, detail="nothing waits")
    well = float(since) <= lag.limit.total_seconds()
    return Vital(well=well, detail="within its time" if well else lag.suspect, since_seconds=float(since))
