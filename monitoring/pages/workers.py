"""The processes without HTTP as they tell of themselves: which live, which were lost, and what workers run.

Jobs under a lease of a worker that nobody has heard of stand by themselves: its row is forgotten after a day.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from celeryconfig import task_queues
from monitoring.access import Scope, needs
from monitoring.living import Condition, SeenProcess, jobs_of_others, lost, not_running, seen_processes, unserved
from monitoring.pages.frame import page

#: Level, icon and words of each condition.
LOOKS = {
    Condition.RUNNING: ("ok", "check", "Running"),
    Condition.STOPPING: ("info", "hourglass", "Stopping"),
    Condition.STOPPED: ("idle", "slash", "Stopped"),
    Condition.SILENT: ("idle", "slash", "Replaced"),
}
#: Rows of jobs that stand by themselves; the list of running jobs has all.
MOST_STRAYS = 50
LOST = ("bad", "alert", "Not heard of")


@needs(Scope.QUEUES_READ, everybodys=True)
def workers(request: HttpRequest) -> HttpResponse:
    seen = seen_processes()
    gone = lost(seen)
    strays = jobs_of_others(seen, most=MOST_STRAYS + 1)
    context = {
        "processes": [(process, look(process, gone), _is_of_another_release(process, seen)) for process in seen],
        "strays": strays[:MOST_STRAYS],
        "more_strays": len(strays) > MOST_STRAYS,
        "unserved": unserved(seen, [queue.name for queue in task_queues]),
        "not_running": not_running(seen),
        "now": timezone.now(),
    }
    return page(request, "workers", context)


def look(process: SeenProcess, gone: list[SeenProcess]) -> tuple[str, str, str]:
    return LOST if process in gone else LOOKS[process.condition]


def _is_of_another_release(process: SeenProcess, seen: list[SeenProcess]) -> bool:
    """While others run another one; the newest is that of the process that started last."""
    live = [other for other in seen if other.is_live and other.release]
    newest = max(live, key=lambda other: other.started_at, default=process)
    return process.is_live and bool(process.release) and process.release != newest.release
