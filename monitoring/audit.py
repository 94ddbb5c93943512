"""The audit trail: who did what to what, why, and what came of it. A row for each action, refused ones included."""

import structlog

from jobs.stored_json import clean_text
from monitoring.access import Caller
from monitoring.models import AuditEntry
from telemetry.redaction import redact

log = structlog.get_logger(__name__)

MAX_TEXT = 500


def note(
    caller: Caller, action: str, target: str, *, result: str, reason: str = "", organization: str = ""
) -> AuditEntry:
    """In the caller's transaction: an action that is taken back leaves no trace of having happened."""
    entry = AuditEntry.objects.create(
        actor=caller.name,
        action=action,
        target=_kept(target),
        organization=organization or caller.organization,
        reason=_kept(reason),
        result=_kept(result),
    )
    log.info("operator acted", actor=caller.name, action=action, target=entry.target, result=entry.result)
    return entry


def _kept(text: str) -> str:
    return redact(clean_text(text))[:MAX_TEXT]
