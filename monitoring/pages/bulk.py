"""Cancel or retry all jobs that a list shows: what that would do, why it is wanted, and a confirmation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from monitoring.access import Scope, caller_of, needs
from monitoring.bulk.asked import MOST, BulkAction
from monitoring.bulk.preview import COUNTED, preview
from monitoring.bulk.start import start
from monitoring.pages.frame import page
from monitoring.pages.job import MAX_REASON
from monitoring.pages.jobs import asked_for
from monitoring.pages.queries import with_values
from monitoring.steering import Refused


@needs(Scope.JOBS_WRITE)
def bulk(request: HttpRequest, action: str) -> HttpResponse:
    """The form, and what it is sent to: the job's page shows how far it is."""
    query, given = asked_for(request.GET), with_values(request.GET)
    context: dict[str, Any] = {"action": action, "query": given, "most": MOST, "counted": COUNTED}
    if not query.is_valid():
        return page(
            request, "bulk", {**context, "errors": query.errors, "now": timezone.now()}, here="jobs", status=400
        )
    wanted = query.filter()
    if not wanted.narrows:
        messages.error(request, "Narrow the list down first: nothing is done to all jobs there are.")
        return redirect("pages:jobs")
    reason = request.POST.get("reason", "").strip().replace("\0", "")[:MAX_REASON]
    asked = BulkAction.by(caller_of(request), action, wanted, reason=reason)
    if request.method == "POST" and _is_confirmed(request, reason):
        try:
            return redirect("pages:job", job_id=start(asked).id)
        except Refused as refused:
            messages.error(request, str(refused))
    context |= {"preview": preview(asked), "words": asked.words(), "reason": reason, "now": timezone.now()}
    return page(request, "bulk", context, here="jobs")


def _is_confirmed(request: HttpRequest, reason: str) -> bool:
    """Says what is missing."""
    if not reason:
        messages.error(request, "Say why: the reason is kept with each job.")
    elif not request.POST.get("confirmed"):
        messages.error(request, "Nothing was done: confirm that all of them are meant.")
    else:
        return True
    return False
