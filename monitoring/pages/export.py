"""The list of jobs as a file, for the filter that is shown: CSV for a spreadsheet, NDJSON for a program.

Written while it is read, page by page, so that no list of it is ever held; and capped, which its last line says.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from jobs.models import WorkflowJob
from monitoring.access import Scope, caller_of, needs
from monitoring.api.queries import MAX_LIMIT
from monitoring.lists.jobs import JobFilter, find_jobs
from monitoring.pages import spreadsheet
from monitoring.pages.jobs import asked_for
from monitoring.visible import confined_jobs

MOST_ROWS = 100_000
#: Of the list, also those without a row that fits.
MOST_PAGES = 1_000

FIELDS = (
    "id",
    "status",
    "workflow_type",
    "organization",
    "subject",
    "stage",
    "attempt",
    "retries",
    "error_class",
    "error_type",
    "error_message",
    "reason",
    "correlation_id",
    "queue",
    "created_at",
    "started_at",
    "finished_at",
)
#: The last row of a file that does not hold all.
_CUT: dict[str, Any] = dict.fromkeys(FIELDS) | {"id": "cut here: there are more, ask for fewer"}


@needs(Scope.JOBS_READ)
def export_jobs(request: HttpRequest, form: str) -> HttpResponseBase:
    asked = asked_for(request.GET)
    if not asked.is_valid():
        return HttpResponse("The filter is not known; see the list of jobs.\n", status=400, content_type="text/plain")
    wanted = confined_jobs(asked.filter(), caller_of(request))
    written = as_csv(rows(wanted)) if form == "csv" else as_ndjson(rows(wanted))
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
    headers = {"Content-Disposition": f'attachment; filename="jobs.{form}"'}
    return StreamingHttpResponse(written, content_type=kind, headers=headers)


def rows(wanted: JobFilter) -> Iterator[dict[str, Any]]:
    """MOST_ROWS at most; then one that says so, when there are more."""
    found = _all(wanted)
    yield from islice(found, MOST_ROWS)
    if next(found, None):
        yield _CUT


def as_csv(told: Iterator[dict[str, Any]]) -> Iterator[str]:
    return spreadsheet.lines(FIELDS, ([_cell(row[name]) for name in FIELDS] for row in told))


def as_ndjson(told: Iterator[dict[str, Any]]) -> Iterator[str]:
    return (f"{json.dumps(row, cls=DjangoJSONEncoder)}\n" for row in told)


def _all(wanted: JobFilter) -> Iterator[dict[str, Any]]:
    after = None
    for _ in range(MOST_PAGES):
        page = find_jobs(wanted, limit=MAX_LIMIT, after=after)
        yield from (_fields(job) for job in page.rows)
        after = page.after
        if after is None:
            return
    yield _CUT


def _fields(job: WorkflowJob) -> dict[str, Any]:
    return {name: getattr(job, name) for name in FIELDS}


def _cell(value: Any) -> spreadsheet.Cell:
    return value if value is None or isinstance(value, int | float) else str(value)
