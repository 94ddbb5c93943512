"""All checks, in the order they are told."""

from monitoring.doctor import broker, database, deliveries, github, host, model, processes, settings, work
from monitoring.doctor.examination import Check

_DATABASE = ("database",)
_SCHEMA = ("database", "migrations")
#: The database's own patience is shorter, GitHub's answers may take their time.
_GITHUB_SECONDS = 12.0

CHECKS = (
    Check("settings", settings.examine, seconds=15.0),  # it loads all there is
    Check("database", database.examine),
    Check("migrations", database.migrations, _DATABASE),
    Check("clock", database.clock, _DATABASE),
    Check("broker", broker.examine, seconds=10.0),
    Check("queues", broker.queues, ("broker",), seconds=10.0),
    Check("consumers", broker.consumers, ("broker",), seconds=10.0),
    Check("dead letters", broker.dead_letters, ("broker", "queues")),
    Check("processes", processes.examine, _SCHEMA),
    Check("beat", processes.beat, _SCHEMA),
    Check("outbox", work.outbox, _SCHEMA),
    Check("due jobs", work.due_jobs, _SCHEMA),
    Check("leases", work.leases, _SCHEMA),
    Check("waits", work.waits, _SCHEMA),
    Check("gates", work.gates, _SCHEMA),
    Check("pauses", work.paused_queues, _SCHEMA),
    Check("web", host.web, seconds=8.0),
    Check("deliveries", deliveries.arrived, _SCHEMA),
    Check("github", github.examine, seconds=_GITHUB_SECONDS),
    Check("webhooks", deliveries.reachable, ("github",), seconds=_GITHUB_SECONDS),
    Check("model", model.examine),
    Check("disk", host.disk),
    Check("memory", host.memory),
)
