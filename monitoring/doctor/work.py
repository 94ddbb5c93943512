"""What waits longer than the processes behind it should let it, and what people have stopped: computed from rows."""

from collections.abc import Sequence
from functools import partial

from django.db.models.functions import Now
from django.utils import timezone

from jobs.models import Gate
from jobs.pausing import pauses
from monitoring.doctor.diagnosis import CTL, Diagnosis, fail, ok, warn
from monitoring.vitals import LAGS, PAUSED_AT_MOST, lag_of

REMEDIES = {
    "dispatch": f"{CTL} status dispatcher, {CTL} tail dispatcher; then the broker, then the workers",
    "start": f"{CTL} status: do the workers run? If so, there are too few: -c in deploy/supervisord.conf",
    "rescue": f"{CTL} restart dispatcher: it takes them back within a minute",
    "waits": f"{CTL} restart dispatcher: it ends them within a minute",
}
_RESUME = "Resume it on the dashboard's page of queues; or leave it, if that is meant."


def _examine(name: str) -> Sequence[Diagnosis]:
    vital = lag_of(LAGS[name])
    if vital.since_seconds is None:
        return [ok("nothing waits past its time")]
    if vital.well:
        return [ok(f"the oldest has waited {vital.since_seconds:.0f} s; fine up to {LAGS[name].limit}")]
    return [fail(f"the oldest has waited {vital.since_seconds / 60:.0f} min: {vital.detail}", REMEDIES[name])]


outbox, due_jobs, leases, waits = (partial(_examine, name) for name in ("dispatch", "start", "rescue", "waits"))


def gates() -> Sequence[Diagnosis]:
    closed = Gate.objects.filter(closed_until__gt=Now()).order_by("name")
    found = [
        warn(
            f"closed until {gate.closed_until:%H:%M:%S} UTC ({gate.classification}): {gate.reason}",
            "Jobs that need it are held until then and go on by themselves; the admin's gates say why.",
            about=gate.name,
        )
        for gate in closed
    ]
    return found or [ok("all are open")]


def paused_queues() -> Sequence[Diagnosis]:
    found = []
    for paused in pauses().values():
        text = f"paused since {paused.since:%Y-%m-%d %H:%M} UTC by {paused.actor}: {paused.reason}"
        is_long = timezone.now() - paused.since > PAUSED_AT_MOST
        found.append(warn(text, _RESUME, about=paused.queue) if is_long else ok(text, about=paused.queue))
    return found or [ok("none")]
