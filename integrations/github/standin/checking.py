"""Making and changing check runs as GitHub does."""

from typing import Any

from integrations.github.standin.hosted import HostedRepository, UnknownRevision
from integrations.github.standin.http import Refused
from integrations.github.standin.records import Records, StoredCheckRun, now

STATUSES = {"queued", "in_progress", "completed"}
CONCLUSIONS = {"action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"}
MAX_TEXT_LENGTH = 65_535
MAX_ANNOTATIONS = 50
_PAGE = "/checks/runs"


def create_check_run(records: Records, hosted: HostedRepository, body: Any) -> StoredCheckRun:
    """Refused without a name, or for a commit the repository does not have."""
    _check(body)
    if not body.get("name"):
        raise Refused(422, 'Invalid request.\n\n"name" wasn\'t supplied.', page=_PAGE)
    run = StoredCheckRun(
        id=records.new_id(),
        repository=hosted,
        name=body["name"],
        head_sha=_commit(hosted, body.get("head_sha")),
        external_id=body.get("external_id", ""),
        status="queued",
        conclusion=None,
        details_url=body.get("details_url"),
        output={},
        started_at=body.get("started_at") or now(),
    )
    change_check_run(run, body)
    records.check_runs.append(run)
    return run


def change_check_run(run: StoredCheckRun, body: Any) -> None:
    """A conclusion completes the run, whatever status came with it."""
    _check(body)
    run.name = body.get("name", run.name)
    run.status = body.get("status", run.status)
    if body.get("conclusion"):
        run.status, run.conclusion = "completed", body["conclusion"]
        run.completed_at = body.get("completed_at") or now()
    earlier = run.output.get("annotations", [])
    run.output = {**run.output, **body.get("output", {})}
    run.output["annotations"] = [*earlier, *body.get("output", {}).get("annotations", [])]


def _check(body: Any) -> None:
    if not isinstance(body, dict) or not isinstance(body.get("output", {}), dict):
        raise Refused(422, "Invalid request.", page=_PAGE)
    status, conclusion = body.get("status", "queued"), body.get("conclusion")
    if status not in STATUSES or (conclusion is not None and conclusion not in CONCLUSIONS):
        raise Refused(422, "Invalid request.", page=_PAGE)
    if status == "completed" and conclusion is None:
        raise Refused(422, "Invalid request.\n\nA completed check run needs a conclusion.", page=_PAGE)
    _check_output(body.get("output", {}))


def _check_output(output: dict[str, Any]) -> None:
    if output and not (output.get("title") and isinstance(output.get("summary"), str)):
        raise Refused(422, 'Invalid request.\n\n"title", "summary" weren\'t supplied.', page=_PAGE)
    if any(len(output.get(key) or "") > MAX_TEXT_LENGTH for key in ("summary", "text")):
        raise Refused(422, f"Only {MAX_TEXT_LENGTH} characters are allowed.", page=_PAGE)
    if len(output.get("annotations", [])) > MAX_ANNOTATIONS:
        raise Refused(422, f"No more than {MAX_ANNOTATIONS} annotations per request.", page=_PAGE)


def _commit(hosted: HostedRepository, sha: Any) -> str:
    try:
        return hosted.resolve(str(sha))
    except UnknownRevision as error:
        raise Refused(422, f"No commit found for SHA: {sha}", page=_PAGE) from error
