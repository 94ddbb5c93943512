"""Beat's scheduler: the calendar in the database (django-celery-beat), with a pulse at each tick."""

from functools import cached_property
from typing import Any

from django_celery_beat.schedulers import DatabaseScheduler

from jobs.pulse import Pulse
from jobs.reconnecting import with_short_pauses
from jobs.states import ProcessKind


class Calendar(DatabaseScheduler):  # type: ignore[misc]  # django-celery-beat is untyped
    @cached_property
    def pulse(self) -> Pulse:
        """Made by the first tick: Celery makes schedulers that never tick, too."""
        return Pulse(ProcessKind.BEAT)

    def tick(self, *arguments: Any, **named: Any) -> Any:
        self.pulse.beat()
        return super().tick(*arguments, **named)

    def close(self) -> None:
        super().close()
        self.pulse.stopped()

    def _ensure_connected(self) -> Any:
        with_short_pauses(self.connection, meanwhile=self.pulse.beat)
        return super()._ensure_connected()
