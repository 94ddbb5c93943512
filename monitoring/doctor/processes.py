"""Who should run and does not, by what the processes tell of themselves; and the calendar of beat."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from celeryconfig import task_queues
from jobs.states import ProcessKind
from monitoring.doctor.diagnosis import CTL, Diagnosis, fail, ok, warn
from monitoring.living import SeenProcess, lost, not_running, seen_processes, unserved
from monitoring.schedule import duties, switched_off

_WITHOUT = {
    ProcessKind.DISPATCHER: "nothing is published, and nothing lost is taken back",
    ProcessKind.EVENTS: "events of analysers outside wake no job",
    ProcessKind.BEAT: "calendar duties are not sent",
}


def examine() -> Sequence[Diagnosis]:
    seen = seen_processes()
    found = [*_unserved(seen), *_not_running(seen)]
    for process in lost(seen):
        text = (
            f"{process.name} (process {process.pid} on {process.host}) was last heard of at {process.beat_at:%H:%M:%S}"
        )
        remedy = f"It was killed, hangs, or cannot reach the database: {CTL} restart {process.name}"
        found.append(warn(text, remedy, about=process.name))
    live = [process for process in seen if process.is_live]
    releases = {process.release for process in live if process.release}
    if len(releases) > 1:
        text = f"different releases run: {', '.join(sorted(releases))}"
        found.append(warn(text, "Fine while a deploy rolls; else: make roll"))
    jobs = sum(len(process.jobs) for process in live)
    running = ", ".join(sorted({process.name for process in live})) or "none"
    return [*found, ok(f"running: {running}; {jobs} jobs under way")] if not found or live else found


def beat() -> Sequence[Diagnosis]:
    found = []
    for duty in duties():
        if duty.is_late:
            last = f"last sent {duty.last_at:%Y-%m-%d %H:%M:%S} UTC" if duty.last_at else "never sent"
            text = f"{_words(duty.late)} late, {last}"
            found.append(
                fail(text, f"{CTL} restart beat; if that does not help, {CTL} tail beat says why", about=duty.name)
            )
    remedy = "Switch it on in the admin, Periodic tasks; or leave it, if that is meant."
    found += [warn("is switched off", remedy, about=name) for name in switched_off()]
    return found or [ok("the calendar is kept")]


def _unserved(seen: Sequence[SeenProcess]) -> Iterator[Diagnosis]:
    queues = unserved(seen, [queue.name for queue in task_queues])
    if queues:
        text = f"no live worker takes from {', '.join(queues)}: those jobs are not started"
        yield fail(text, f"{CTL} start worker-review worker-analysis")


def _not_running(seen: Sequence[SeenProcess]) -> Iterator[Diagnosis]:
    for kind in not_running(seen):
        yield fail(f"no {kind} runs: {_WITHOUT[kind]}", f"{CTL} start {kind}", about=kind)


def _words(late: timedelta) -> str:
    minutes = late.total_seconds() / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"  # noqa: PLR2004 - two hours
