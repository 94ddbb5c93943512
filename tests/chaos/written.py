"""A small campaign in which all went as promised, as rows and facts written by hand. A test changes one thing in it.

Twenty pull requests of two organizations are reviewed without a hitch; each that is named below has its own story.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from chaos.checker.evidence import Evidence, Fact
from chaos.checker.timelines import editions

WAITED, EXPIRED, RESCUED, PUSHED, CLOSED, CANCELLED, SENT_TWICE = (f"octo/app#{number}" for number in range(11, 18))
PLAIN = "octo/app#7"
HOOK = "repos/octo/app/hooks/1"
SECRET = "hush-hush"
#: The wall clock at second 0 of the campaign.
BEGAN = 1_700_000_000.0

_REVIEWED = "enqueue claim checkpoint complete"
_TO = {
    **dict.fromkeys(("enqueue", "resume", "expire", "rescue", "release", "retry by hand"), "PENDING"),
    **dict.fromkeys(("claim", "checkpoint"), "PROCESSING"),
    **dict.fromkeys(("cancel", "supersede"), "CANCELLED"),
    "pause": "WAITING_FOR_EVENT",
    "complete": "COMPLETED",
    "fail": "FAILED",
    "retry": "RETRYING",
}
_ACTORS = {
    **dict.fromkeys(("enqueue", "supersede"), "webhook"),
    **dict.fromkeys(("cancel", "retry by hand"), "admin:ann"),
    "rescue": "rescuer",
}
_TABLES = (
    *("workflow_jobs", "job_execution_history", "webhook_deliveries", "outbox_messages", "workflow_events"),
    *("inbox_messages", "effects", "reviews"),
)
_HELD = {"processes": 3, "database sessions": 5, "open transactions": 0}
_WELL = {"status": "ok", "detail": "nothing waits", "since_seconds": None}


def written(folder: Path) -> Evidence:
    """The log of its one worker is in the folder."""
    log = folder / "worker-0.log"
    tables: dict[str, list[Fact]] = {name: [] for name in _TABLES}
    evidence = Evidence(
        github=[],
        faults=[],
        tables=tables,
        logs={"worker-0": log},
        secrets=(SECRET,),
        vitals={"dispatch": dict(_WELL)},
        rested=(dict(_HELD), {**_HELD, "database sessions": 9}),
        ended=dict.fromkeys(_HELD, 0),
        clock_offset=BEGAN,
    )
    for number in range(1, 11):
        for organization in ("octo", "acme"):
            reviewed(evidence, f"{organization}/app#{number}", at=10.0 * number)
    reviewed(evidence, WAITED, at=100, story="enqueue claim pause resume claim checkpoint complete")
    event(evidence, WAITED, at=102.5)
    event(evidence, EXPIRED, at=100.5)  # before the attempt that asked began
    event(evidence, EXPIRED, at=102.5, organization="acme")
    reviewed(evidence, EXPIRED, at=100, story="enqueue claim pause expire claim checkpoint complete")
    reviewed(evidence, RESCUED, at=100, story="enqueue claim rescue claim checkpoint complete")
    _pushed(evidence)
    reviewed(evidence, CLOSED, at=100)
    pull(evidence, CLOSED, at=103, head="a", state="closed")  # its review is on its way
    _cancelled(evidence)
    fault(evidence, "database killed", began=98, mended=100)
    webhook(evidence, SENT_TWICE, at=99, status=503)
    reviewed(evidence, SENT_TWICE, at=100)
    _looked_through(evidence)
    log.write_text(outdated(job_of(evidence, WAITED)["id"]))
    return evidence


def outdated(job_id: object) -> str:
    return f'{{"job_id": "{job_id}", "dispatch": 2, "event": "message outdated", "level": "info"}}\n'


def moment(second: float) -> datetime:
    return datetime.fromtimestamp(BEGAN + second, UTC)


# What is written.


def reviewed(evidence: Evidence, name: str, *, at: float, head: str = "a", story: str = _REVIEWED) -> None:
    """A pull request is opened or pushed to, and reviewed."""
    pull(evidence, name, at=at, head=head)
    made = job(evidence, name, story, at=at)
    webhook(evidence, name, at=at, job_id=made["id"])
    check(evidence, name, at=at + 2, head=head, job_id=made["id"])
    post(evidence, name, at=at + 5, head=head)
    evidence.rows("reviews").append({"id": len(evidence.rows("reviews")), "github_review_id": _latest_made(evidence)})
    summary(evidence, name, at=at + 6, head=head)
    if name == SENT_TWICE:
        reply(evidence, name, at=at + 7)


def pull(evidence: Evidence, name: str, *, at: float, head: str, state: str = "open", draft: bool = False) -> None:
    _tell(evidence, "pull_request", at, pull_request=name, head=head, state=state, draft=draft)


def webhook(evidence: Evidence, name: str, *, at: float, status: int | None = 202, job_id: UUID | None = None) -> None:
    """It is sent and answered, and stored with its job, if the answer is good. It comes under one id all times."""
    delivery, attempt = f"delivery of {name} to {job_id or 'its job'}", len(evidence.github)
    if name == SENT_TWICE:
        delivery = f"delivery of {name}"
    _tell(evidence, "webhook_sent", at, attempt=attempt, delivery=delivery, pull_request=name, sha256="5a")
    _tell(evidence, "webhook_answered", at + 0.1, attempt=attempt, delivery=delivery, status=status)
    if status == 202:
        repository = name.partition("#")[0]
        told = {"delivery_id": delivery, "stored_sha256": "5a", "body_sha256": "5a", "repository": repository}
        evidence.rows("webhook_deliveries").append({**told, "verdict": "ACCEPTED", "reason": "", "job_id": job_id})


def job(evidence: Evidence, subject: str, story: str, *, at: float, kind: str = "CODE_REVIEW") -> Fact:
    """The job, and a history row a second for each verb of its story."""
    job_id, status, fence, worker = UUID(int=len(evidence.rows("workflow_jobs")) + 1), None, 0, ""
    for number, verb in enumerate(verb.replace("_", " ") for verb in story.split()):
        if verb == "claim":
            fence, worker = fence + 1, f"host:{fence + 1}:w"
        actor = _ACTORS.get(verb, worker)
        told = {"job_id": job_id, "verb": verb, "from_status": status, "to_status": _TO[verb], "fence": fence}
        detail = _detail(subject, verb, worker, lease_until=moment(at + number - 0.5))
        status = _TO[verb]
        row = {**told, "actor": actor, "detail": detail, "at": moment(at + number)}
        evidence.rows("job_execution_history").append(row)
    _number(evidence.rows("job_execution_history"))
    verbs = story.split()
    made = {
        "id": job_id,
        "workflow_type": kind,
        "status": status,
        "subject": subject,
        "dedupe_key": subject,
        "organization": subject.removeprefix("repos/").partition("/")[0],
        "payload": {},
        "attempt": fence,
        "fence": fence,
        "retries": verbs.count("retry"),
        "crashes": verbs[-1:].count("rescue"),
    }
    evidence.rows("workflow_jobs").append(made)
    return made


def _number(history: list[Fact]) -> None:
    """By their times: jobs live side by side."""
    history.sort(key=lambda row: row["at"])
    for number, row in enumerate(history):
        row["id"] = number


def _detail(subject: str, verb: str, worker: str, *, lease_until: datetime) -> dict[str, Any]:
    match verb:
        case "pause" | "resume":
            return {"key": subject}
        case "rescue":
            return {"worker": worker, "lease_until": lease_until.isoformat()}
        case "cancel" | "supersede" | "retry by hand":
            return {"reason": "It looked odd."}
        case "retry":
            return {"charged": True}
    return {}


def event(evidence: Evidence, key: str, *, at: float, organization: str = "octo") -> None:
    evidence.rows("workflow_events").append({"scope": organization, "key": key, "received_at": moment(at)})


def check(evidence: Evidence, name: str, *, at: float, head: str, job_id: UUID) -> None:
    """A check run is made and completed."""
    path, made = f"/repos/{name.partition('#')[0]}/check-runs", len(evidence.github)
    body = {"head_sha": head, "status": "in_progress", "external_id": str(job_id)}
    _request(evidence, at, "POST", path, body, made=made)
    _request(evidence, at + 4, "PATCH", f"{path}/{made}", {"status": "completed", "conclusion": "neutral"})


def post(evidence: Evidence, name: str, *, at: float, head: str, **told: object) -> None:
    """A review is posted."""
    path = f"/repos/{name.replace('#', '/pulls/')}/reviews"
    _request(evidence, at, "POST", path, {"commit_id": head}, **{"made": len(evidence.github), **told})


def summary(evidence: Evidence, name: str, *, at: float, head: str, again: bool = False) -> None:
    """The summary is made, or edited where there is one, to tell of this head; `again` makes another."""
    repository, _, number = name.partition("#")
    body = f"<!-- kodus-queue:edition:1/{number}/{head}/review:0 -->\n<!-- kodus-queue:summary:1/{number}:0 -->"
    is_there = any(edition.pull == name for edition in editions(evidence)) and not again
    method, path = ("PATCH", "comments/1") if is_there else ("POST", f"{number}/comments")
    _request(evidence, at, method, f"/repos/{repository}/issues/{path}", {"body": body})


def reply(evidence: Evidence, name: str, *, at: float) -> None:
    """The thread that begins with comment 5 is told that its finding is fixed."""
    _request(evidence, at, "POST", f"/repos/{name.replace('#', '/pulls/')}/comments/5/replies", {"body": "Fixed."})


def fault(evidence: Evidence, kind: str, *, began: float, mended: float, **told: object) -> None:
    evidence.faults.append({"fault": kind, "target": "it", "began": began, "mended": mended, **told})


def _latest_made(evidence: Evidence) -> str:
    return str(evidence.github[-1]["made"])


def _request(evidence: Evidence, at: float, method: str, path: str, body: Fact, **told: object) -> None:
    _tell(
        evidence,
        "request",
        at,
        method=method,
        path=path,
        body=body,
        **{"status": 200, "applied": True, "made": None, **told},
    )


def _tell(evidence: Evidence, kind: str, at: float, **told: object) -> None:
    evidence.github.append({"fact": kind, "monotonic": at, **told})


def _pushed(evidence: Evidence) -> None:
    """The first head is superseded before it is reviewed."""
    pull(evidence, PUSHED, at=100, head="a")
    first = job(evidence, PUSHED, "enqueue claim supersede", at=100)
    webhook(evidence, PUSHED, at=100, job_id=first["id"])
    reviewed(evidence, PUSHED, at=103, head="b")


def _cancelled(evidence: Evidence) -> None:
    """Nobody reviews it: it was cancelled by hand."""
    pull(evidence, CANCELLED, at=100, head="a")
    webhook(evidence, CANCELLED, at=100, job_id=job(evidence, CANCELLED, "enqueue cancel", at=100)["id"])


def _looked_through(evidence: Evidence) -> None:
    job(evidence, HOOK, "enqueue claim checkpoint complete", at=60, kind="DELIVERY_RECOVERY")
    evidence.rows("inbox_messages").append({"consumer": "calendar", "message_id": "recover deliveries 10:01"})


# What is looked up to be changed.


def job_of(evidence: Evidence, subject: str) -> Fact:
    """The latest one."""
    return next(made for made in reversed(evidence.rows("workflow_jobs")) if made["subject"] == subject)


def rows_of(evidence: Evidence, subject: str) -> list[Fact]:
    job_id = job_of(evidence, subject)["id"]
    return [row for row in evidence.rows("job_execution_history") if row["job_id"] == job_id]


def row_of(evidence: Evidence, subject: str, verb: str) -> Fact:
    """The last one of the verb."""
    return next(row for row in reversed(rows_of(evidence, subject)) if row["verb"] == verb)


def delivery_of(evidence: Evidence, subject: str) -> Fact:
    job_id = job_of(evidence, subject)["id"]
    return next(row for row in evidence.rows("webhook_deliveries") if row["job_id"] == job_id)


def post_of(evidence: Evidence, name: str) -> Fact:
    path = f"/repos/{name.replace('#', '/pulls/')}/reviews"
    return next(fact for fact in evidence.facts("request") if fact["path"] == path)


def check_facts(evidence: Evidence, name: str) -> tuple[Fact, Fact]:
    """How the check run of its latest job was made, and how it was completed."""
    external_id: Any = str(job_of(evidence, name)["id"])
    found = [fact for fact in evidence.facts("request") if "check-runs" in fact["path"]]
    made = next(fact for fact in found if fact["body"].get("external_id") == external_id)
    return made, next(fact for fact in found if fact["path"].endswith(f"/{made['made']}"))
