"""How long things are kept, and the rules for the engine's own tables.

Ages are days, by kind: settings.KEEP_DAYS, unless an organization has its own (RetentionPolicy) or the run says
otherwise. A job goes with its history and its messages, never while it lives, and never while another job of the same
cause does: that one may look it up. An event stays while a job lives that may still look for it.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from jobs import keys
from jobs.models import InboxMessage, WorkflowEvent, WorkflowJob
from jobs.pruning import Rule
from jobs.states import FINAL_STATUSES, LIVE_STATUSES, JobStatus

#: A job has some ten rows of history, and they go in one transaction.
JOBS_AT_ONCE = 200
#: Kinds of which an organization may have ages of its own.
OWN_AGES = frozenset({"bodies", "jobs", "failed", "events", "pull_requests"})
LIVE = ", ".join(f"'{status}'" for status in sorted(LIVE_STATUSES))


def parameters(*, organization: str | None = None, instead: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Of a run: for this organization alone, with other ages for some kinds, whatever anybody has set."""
    ages = {f"{kind}_days": days for kind, days in settings.KEEP_DAYS.items()}
    forced = {f"{kind}_forced": (instead or {}).get(kind) for kind in settings.KEEP_DAYS}
    return {**ages, **forced, "organization": organization, "erases": False}


def expired(moment: str, kind: str, organization: str = "''") -> str:
    """SQL: whether that moment is longer ago than the kind is kept for that organization."""
    own = f"(SELECT {kind}_days FROM retention_policies WHERE organization = {organization}), "  # noqa: S608 - composed of constants
    return _before(moment, f"%({kind}_forced)s::int, {own if kind in OWN_AGES else ''}%({kind}_days)s")


def may_have_expired(moment: str, kind: str) -> str:
    """SQL: whether that moment is longer ago than the kind is kept for whoever keeps it shortest."""
    least = f"(SELECT least(min({kind}_days), %({kind}_days)s) FROM retention_policies), "  # noqa: S608 - composed of constants
    return _before(moment, f"%({kind}_forced)s::int, {least if kind in OWN_AGES else ''}%({kind}_days)s")


def of_organization(expression: str) -> str:
    """SQL: whether the run is about that organization."""
    return f"(%(organization)s::text IS NULL OR {expression} = %(organization)s)"


def is_live(job_id: str) -> str:
    """SQL: whether the job with that id lives."""
    return f"EXISTS (SELECT FROM workflow_jobs job WHERE job.id = {job_id} AND job.status IN ({LIVE}))"


def _before(moment: str, days: str) -> str:
    return f"({moment}) < statement_timestamp() - make_interval(days => coalesce({days}))"


_CAUSE_LIVES = f"""EXISTS (SELECT FROM workflow_jobs job
  WHERE job.correlation_id = row.correlation_id AND row.correlation_id <> '' AND job.status IN ({LIVE}))"""

# The oldest live job of each organization, found once for a page.
_OLDEST_LIVE = f"""(
  SELECT jsonb_object_agg(organization, since)
    FROM (SELECT organization, min(created_at) AS since FROM workflow_jobs
           WHERE status IN ({LIVE}) GROUP BY organization) live)"""  # noqa: S608 - composed of constants

# Older than the event, a live job may yet come to wait for it; and one that waited for its key may be asked why.
_EVENT_IS_NEEDED = f"""(
  coalesce(row.received_at >= ({_OLDEST_LIVE} ->> row.scope)::timestamptz, false)
  OR EXISTS (SELECT FROM workflow_jobs job
              WHERE job.wait_scope = row.scope AND job.wait_type = row.type AND job.wait_key = row.key
                AND job.wait_key <> '' AND job.status IN ({LIVE})))"""


def _jobs(status: JobStatus) -> Rule:
    kind = "failed" if status == JobStatus.FAILED else "jobs"
    ended = expired("coalesce(row.finished_at, row.updated_at)", kind, "row.organization")
    return Rule(
        WorkflowJob,
        order=("id",),
        among=f"status = '{status}'",
        old=may_have_expired("row.created_at", kind),
        goes=f"row.status = '{status}' AND {ended} AND {of_organization('row.organization')} AND NOT {_CAUSE_LIVES}",
        page=JOBS_AT_ONCE,
        also=keys.forget,
    )


JOBS = {status: _jobs(status) for status in sorted(FINAL_STATUSES)}

EVENTS = Rule(
    WorkflowEvent,
    order=("id",),
    old=may_have_expired("row.received_at", "events"),
    goes=f"""{expired("row.received_at", "events", "row.scope")} AND {of_organization("row.scope")}
             AND NOT {_EVENT_IS_NEEDED}""",
)

#: By these a foreign message that comes again is known, as a delivery is by its id: so they are kept as long.
INBOX = Rule(
    InboxMessage,
    order=("id",),
    old=may_have_expired("row.received_at", "deliveries"),
    goes=expired("row.received_at", "deliveries"),
)
