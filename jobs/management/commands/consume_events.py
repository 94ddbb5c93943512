"""Run the consumer of the exchange `workflow.events`."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from kombu import Connection

from jobs.foreign_events import EventConsumer


class Command(BaseCommand):
    help = "Turn messages of the exchange workflow.events into events that jobs may wait for."
    requires_system_checks = ("jobs",)  # as dispatch

    def handle(self, *args: Any, **options: Any) -> None:
        with Connection(settings.BROKER_URL, heartbeat=10) as connection:
            consumer = EventConsumer(connection)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: setattr(consumer, "should_stop", True))
            consumer.run()
            consumer.pulse.stopped()
