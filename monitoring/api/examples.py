"""What is asked and answered, by example: for each operation of the API, by its name in OpenAPI."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

#: Of what an address names.
PLACES: dict[str, Any] = {
    "job_id": "01a20a6c-93d5-7d5e-9c1f-2f6f2f1d4c11",
    "bulk_id": "01a20a6d-0c1e-7b3a-8f52-6d0e5b7a9c22",
    "delivery_id": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "schedule_id": 1,
    "name": "workflow.jobs.code_review",
}
_ID, _BULK_ID, _DELIVERY = PLACES["job_id"], PLACES["bulk_id"], PLACES["delivery_id"]
_HEAD, _AT, _LATER = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "2026-12-01T03:12:07Z", "2026-12-01T03:12:48Z"
_REASON = {"reason": "the token is renewed"}
_PAYLOAD = {"repository": "octo/app", "number": 12, "head_sha": _HEAD, "author": "ada", "trigger": "opened"}
_ERROR = {"class": "PERMANENT", "type": "CredentialsRefused", "message": "GitHub refuses the token."}

_LISTED = {
    "id": _ID, "workflow_type": "CODE_REVIEW", "queue": "workflow.jobs.code_review", "status": "FAILED",
    "organization": "octo", "subject": "octo/app#12", "correlation_id": _DELIVERY, "payload": _PAYLOAD,
    "stage": "fetch_change", "attempt": 1, "due_at": _AT, "outcome": None, "error": _ERROR, "reason": "",
    "created_at": _AT, "updated_at": _LATER, "started_at": _AT, "finished_at": _LATER,
}  # fmt: skip
_JOB = _LISTED | {
    "handler_type": "PIPELINE", "dedupe_key": "octo/app#12", "retries": 0, "crashes": 0, "dispatch": 1,
    "explanation": "Failed at 2026-12-01 03:12:48 UTC in attempt 1: CredentialsRefused (PERMANENT): GitHub refuses the"
    " token.",
    "lease": None,
    "wait": {
        "type": "ast.completed", "scope": "octo", "key": f"octo/app@{_HEAD}", "deadline": _LATER,
        "on_timeout": "CONTINUE", "ended_by": "EVENT",
    },
}  # fmt: skip
_RETRIED = _JOB | {
    "status": "PENDING", "error": None, "reason": _REASON["reason"], "finished_at": None,
    "explanation": "Queued, due since 2026-12-01 03:12:48 UTC; its message waits for its turn.",
}  # fmt: skip
_CANCELLED = _JOB | {
    "status": "CANCELLED", "error": None, "reason": _REASON["reason"],
    "explanation": "Cancelled at 2026-12-01 03:12:48 UTC: the token is renewed.",
}  # fmt: skip
_HISTORY = {
    "id": 4711, "at": _LATER, "verb": "fail", "from_status": "PROCESSING", "to_status": "FAILED", "attempt": 1,
    "dispatch": 1, "fence": 1, "stage": "fetch_change", "actor": "build-3:4711:9f86d081",
    "detail": {"error_type": "CredentialsRefused"},
}  # fmt: skip
_RECEIVED = {
    "delivery_id": _DELIVERY, "event": "pull_request", "action": "opened", "repository": "octo/app", "sender": "ada",
    "verdict": "ACCEPTED", "reason": "", "job": _ID, "duplicate_of": None, "hook_id": 1, "installation_id": None,
    "received_at": _AT,
}  # fmt: skip
_TOLD = {"event_id": "build-7", "type": "ast.completed", "scope": "octo", "key": f"octo/app@{_HEAD}", "payload": {}}
_EVENT = _TOLD | {"source": "token:analyser", "verdict": "RESUMED", "duplicates": 0, "received_at": _AT}
_WANTED = {"status": ["FAILED"], "error_type": ["CredentialsRefused"]}
_BULK = {
    "id": _BULK_ID, "status": "PROCESSING", "action": "retry", "filter": _WANTED, **_REASON, "by": "token:deploys",
    "done": 1200, "refused": [{"reason": "Another job does the same work already.", "count": 3}], "more": False,
    "created_at": _AT, "finished_at": None,
}  # fmt: skip
_WORKER = {
    "name": "worker-review", "kind": "worker", "host": "build-3", "pid": 4711, "release": "2026.12.1",
    "condition": "running", "queues": ["workflow.jobs.code_review"], "slots": 2,
    "jobs": [{
        "id": _ID, "workflow_type": "CODE_REVIEW", "subject": "octo/app#12", "stage": "fetch_change", "attempt": 1,
        "claimed_at": _AT, "lease_until": _LATER,
    }],
    "started_at": _AT, "beat_at": _LATER,
}  # fmt: skip
_SCHEDULE = {
    "id": 1, "name": "Recover missed deliveries", "task": "webhooks.recover_deliveries", "description": "",
    "words": "every 2 minutes", "enabled": True, "last_run_at": _AT, "due_at": _LATER, "overdue": False,
}  # fmt: skip
_WAIT = {
    "job": _ID, "subject": "octo/app#12", "type": "ast.completed", "scope": "octo", "key": f"octo/app@{_HEAD}",
    "since": _AT, "deadline": _LATER, "on_timeout": "CONTINUE",
}  # fmt: skip
_PAUSE = {"by": "user:ada", "reason": "GitHub is being moved", "since": _AT}
_QUEUE = {
    "name": PLACES["name"], "by_status": {"PENDING": 3}, "due": 2, "oldest_due_at": _AT, "paused": _PAUSE,
}  # fmt: skip
_FIGURES = {
    "queue_size": 3, "processing_count": 1, "by_status": {"PENDING": 3, "PROCESSING": 1}, "completed_today": 214,
    "failed_today": 2, "average_seconds": 41.2, "success_rate": 0.99,
}  # fmt: skip


def _asked(value: Any) -> OpenApiExample:
    return OpenApiExample("asked", value=value, request_only=True)


def _answered(value: Any, status: int = 200) -> OpenApiExample:
    return OpenApiExample("answered", value=value, response_only=True, status_codes=[str(status)])


def _page(row: Any, **more: Any) -> list[OpenApiExample]:
    return [_answered({"results": [row], **more})]


EXAMPLES = {
    "list_jobs": _page(_LISTED, complete=True, next=None),
    "show_a_job": [_answered(_JOB)],
    "show_a_job_s_history": _page(_HISTORY, next=None),
    "cancel_a_job": [_asked(_REASON), _answered(_CANCELLED)],
    "retry_a_job_by_hand": [_asked(_REASON), _answered(_RETRIED)],
    "look_at_what_a_bulk_action_would_do": [
        _asked({"action": "retry", "filter": _WANTED}),
        _answered(
            {"action": "retry", "count": 1284, "counted_all": True, "first": [_ID], "refused": [], "at_most": 100_000}
        ),
    ],
    "cancel_or_retry_all_jobs_that_fit": [
        _asked({"action": "retry", "filter": _WANTED, **_REASON}),
        _answered(_BULK | {"status": "PENDING", "done": 0, "refused": []}, 202),
    ],
    "show_how_far_a_bulk_action_is": [_answered(_BULK)],
    "list_deliveries": _page(_RECEIVED, complete=True, next=None),
    "show_a_delivery": [_answered(_RECEIVED)],
    "carry_a_delivery_out_once_more": [
        _asked(_REASON),
        _answered({"verdict": "ACCEPTED", "reason": "", "job": _ID}),
    ],
    "list_events": _page(_EVENT, next=None),
    "tell_of_an_event": [_asked(_TOLD), _answered(_EVENT | {"duplicates": 1}), _answered(_EVENT, 201)],
    "list_waits": _page(_WAIT),
    "list_queues": _page(_QUEUE),
    "pause_a_queue": [
        _asked({"reason": _PAUSE["reason"]}),
        _answered({"name": PLACES["name"], "paused": _PAUSE, "changed": True}),
    ],
    "resume_a_queue": [_asked(_REASON), _answered({"name": PLACES["name"], "paused": None, "changed": True})],
    "list_workers": _page(_WORKER),
    "list_schedules": _page(_SCHEDULE),
    "switch_a_schedule_on": [_asked(_REASON), _answered(_SCHEDULE)],
    "switch_a_schedule_off": [_asked(_REASON), _answered(_SCHEDULE | {"enabled": False, "due_at": None})],
    "show_how_the_queue_does": [_answered(_FIGURES)],
}
