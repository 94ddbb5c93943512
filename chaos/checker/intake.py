"""What came through the door: nothing that was answered is lost, nothing that came twice is two."""

from collections import Counter
from collections.abc import Iterator, Sequence

from chaos.checker.evidence import Evidence, Fact
from chaos.checker.invariants import invariant

UNAVAILABLE = 503
DATABASE_AWAY = frozenset(
    {
        "database killed",
        "database session killed",
        "database session killed 9",
        "database stopped at once",
        "disk full",
        "jobs table locked",
        "power cut",
    }
)
DOOR_STRUCK = frozenset({"door frozen", "door killed"})
#: How long the database, once up, may need to answer again.
AFTERMATH_SECONDS = 5.0


@invariant("I1")
def accepted_is_kept(evidence: Evidence) -> Iterator[str]:
    """Each delivery that was answered 2xx is stored, with a job or a reason."""
    sent = {fact["attempt"]: fact["delivery"] for fact in evidence.facts("webhook_sent")}
    accepted = {sent[fact["attempt"]] for fact in evidence.facts("webhook_answered") if _is_ok(fact["status"])}
    for delivery in accepted:
        row = evidence.deliveries.get(delivery)
        if row is None:
            yield f"{delivery} was answered 2xx and is not stored"
        elif not row["job_id"] and not row["reason"]:
            yield f"{delivery} has neither a job nor a reason"
        elif row["job_id"] and row["job_id"] not in evidence.jobs:
            yield f"{delivery} names a job that is not there"


@invariant("I2")
def bodies_are_as_sent(evidence: Evidence) -> Iterator[str]:
    """Each stored body is the one that was sent, to the byte."""
    for fact in evidence.facts("webhook_sent"):
        row = evidence.deliveries.get(fact["delivery"])
        if row and not (fact["sha256"] == row["stored_sha256"] == row["body_sha256"]):
            yield f"{fact['delivery']} is stored with another body"


@invariant("I3")
def one_of_each(evidence: Evidence) -> Iterator[str]:
    """One row for each delivery id, and never two live jobs for one piece of work."""
    for delivery, count in Counter(row["delivery_id"] for row in evidence.rows("webhook_deliveries")).items():
        if count > 1:
            yield f"{delivery} is stored {count} times"
    yield from _overlapping_lives(evidence)


@invariant("I12")
def organizations_are_apart(evidence: Evidence) -> Iterator[str]:
    """No row of one organization refers to another's."""
    for row in evidence.rows("webhook_deliveries"):
        job = evidence.jobs.get(row["job_id"])
        if job and row["repository"].partition("/")[0] != job["organization"]:
            yield f"delivery {row['delivery_id']} of {row['repository']} has a job of {job['organization']}"
    scopes = {(event["scope"], event["key"]) for event in evidence.rows("workflow_events")}
    for job_id, rows in evidence.history.items():
        for row in rows:
            if row["verb"] == "resume" and (evidence.jobs[job_id]["organization"], row["detail"]["key"]) not in scopes:
                yield f"job {job_id} was resumed by an event of another organization"


@invariant("I13")
def counts_agree(evidence: Evidence) -> Iterator[str]:
    """Only what was accepted has a job, and each job has its history."""
    for row in evidence.rows("webhook_deliveries"):
        if row["verdict"] not in {"ACCEPTED", "IGNORED", "PING", "HELD"}:
            yield f"{row['delivery_id']} has the unknown verdict {row['verdict']}"
        elif row["verdict"] != "ACCEPTED" and row["job_id"]:
            yield f"{row['delivery_id']} was {row['verdict']} and has a job"
    for job_id in evidence.jobs.keys() ^ evidence.history.keys():
        yield f"job {job_id} has no history" if job_id in evidence.jobs else f"a history of no job {job_id}"


@invariant("I13b")
def the_rows_tell_what_happened(evidence: Evidence) -> Iterator[str]:
    """What each job counts is what its history shows, and what it says was posted is on GitHub."""
    for job_id, job in evidence.jobs.items():
        rows = evidence.history.get(job_id, [])
        shown = _shown(rows)
        counted = {name: job[name] for name in shown}
        if rows and counted != shown:
            yield f"job {job_id} counts {counted}, its history shows {shown}"
    made = {str(fact["made"]) for fact in evidence.facts("request") if fact["applied"]}
    for review in evidence.rows("reviews"):
        if review["github_review_id"] and review["github_review_id"] not in made:
            yield f"review {review['id']} says it is {review['github_review_id']} on GitHub, which has none such"
    for name, vital in evidence.vitals.items():
        if vital["status"] != "ok" or vital["since_seconds"] is not None:
            yield f"/healthz says of {name}, when all work has ended: {vital}"


def _shown(rows: Sequence[Fact]) -> dict[str, int]:
    """The counters of a job as its history has them; rescues and retries count anew after what ends a series."""
    crashes = retries = 0
    for row in rows:
        if row["verb"] in {"checkpoint", "retry by hand"}:
            crashes = 0
        if row["verb"] == "retry by hand":
            retries = 0
        crashes += row["verb"] == "rescue"
        retries += bool(row["verb"] == "retry" and row["detail"]["charged"])
    claims = sum(row["verb"] == "claim" for row in rows)
    return {"attempt": claims, "fence": claims, "crashes": crashes, "retries": retries}


@invariant("I16")
def missed_is_recovered(evidence: Evidence) -> Iterator[str]:
    """Each delivery that failed or was never sent has been stored in the end."""
    told = {fact["delivery"] for fact in evidence.facts("webhook_sent")}
    lost = {fact["delivery"] for fact in evidence.facts("webhook_lost")}
    for delivery in (told | lost) - set(evidence.deliveries):
        yield f"{delivery} never arrived"


@invariant("I16b")
def the_door_is_open(evidence: Evidence) -> Iterator[str]:
    """A delivery is refused only while the database is away, and left unanswered only where a door is struck too."""
    sent = {fact["attempt"]: fact["monotonic"] for fact in evidence.facts("webhook_sent")}
    for fact in evidence.facts("webhook_answered"):
        if not _is_ok(fact["status"]) and not _is_excused(evidence, fact, sent[fact["attempt"]]):
            yield f"{fact['delivery']} was answered {fact['status'] or 'nothing'} at {fact['monotonic']:.1f}"


def _is_excused(evidence: Evidence, answered: Fact, sent_at: float) -> bool:
    excuse = {UNAVAILABLE: _no_database, None: _no_door}.get(answered["status"])
    return excuse is not None and any(
        excuse(fault) and fault["began"] <= answered["monotonic"] and sent_at <= fault["mended"] + AFTERMATH_SECONDS
        for fault in evidence.faults
    )


def _no_database(fault: Fact) -> bool:
    """Whether the door may say 503 meanwhile."""
    by_itself = fault.get("process") == "webhook" and fault["fault"] in {"failpoint: break", "failpoint: stall"}
    cut = fault["fault"].startswith("link ") and fault["target"].startswith("webhook")
    return by_itself or cut or fault["fault"] in DATABASE_AWAY


def _no_door(fault: Fact) -> bool:
    """Whether a delivery may get no answer meanwhile, or is given up by GitHub, which waits ten seconds."""
    killed = fault.get("process") == "webhook" and fault["fault"] in {"failpoint: kill", "failpoint: kill all"}
    return killed or fault["fault"] in DOOR_STRUCK or _no_database(fault)


def _overlapping_lives(evidence: Evidence) -> Iterator[str]:
    """A job lives from each row that leaves a final status, or its first, to the next that reaches one."""
    changes = []
    for job_id, rows in evidence.history.items():
        key = evidence.jobs[job_id]["workflow_type"], evidence.jobs[job_id]["dedupe_key"]
        if key[1] is None:
            continue
        for row in rows:
            begins = row["verb"] in {"enqueue", "retry by hand"}
            ends = row["to_status"] in {"COMPLETED", "FAILED", "CANCELLED"}
            if begins or ends:
                changes.append((row["id"], key, job_id, begins))
    live: dict[tuple[str, str], set[object]] = {}
    for _, key, job_id, begins in sorted(changes, key=lambda change: change[0]):
        here = live.setdefault(key, set())
        if not begins:
            here.discard(job_id)
        elif here - {job_id}:
            yield f"{key[0]} {key[1]} had two live jobs: {job_id} beside {here}"
        else:
            here.add(job_id)


def _is_ok(status: int | None) -> bool:
    return status is not None and 200 <= status < 300  # noqa: PLR2004 - HTTP's own numbers
