"""The calendar's forms, bounded: what beat could not work out, or would do without end, is not stored.

django-celery-beat's own forms look at one field at a time, and take any task, any queue and any JSON.
"""

from datetime import timedelta
from typing import Any

from celery import current_app
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_celery_beat import admin as beat
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from kombu.utils.json import loads

from celeryconfig import task_queues
from jobs.tasks import RUN_JOB

SHORTEST, LONGEST = timedelta(seconds=10), timedelta(days=366)
#: Beat sends to the queue by itself; the others are for brokers laid out in another way than ours.
_LEFT_OUT = {"solar", "exchange", "routing_key", "priority", "headers"}


class CrontabForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.errors:
            return told
        parts = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week", "timezone")
        try:
            CrontabSchedule(**{part: told[part] for part in parts}).schedule.remaining_estimate(timezone.now())
        except (ValueError, TypeError, OverflowError, RuntimeError) as error:
            raise ValidationError(f"Such a time never comes, or is none: {error}") from None
        return told


class IntervalForm(forms.ModelForm):  # type: ignore[type-arg] # not generic at run time
    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.errors:
            return told
        try:
            length = timedelta(**{told["period"]: told["every"]})
        except OverflowError:
            length = timedelta.max
        if not SHORTEST <= length <= LONGEST:
            raise ValidationError("From every ten seconds to every 366 days.")
        return told


class DutyForm(beat.PeriodicTaskForm):  # type: ignore[misc] # django-celery-beat is untyped
    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean()
        if told["task"] not in known_tasks():
            raise ValidationError({"task": f"Choose one of {', '.join(sorted(known_tasks()))}."})
        return told

    def clean_args(self) -> str:
        return self._json("args", list, "A list in JSON: []")

    def clean_kwargs(self) -> str:
        return self._json("kwargs", dict, "An object in JSON: {}")

    def clean_queue(self) -> str | None:
        queue: str | None = self.cleaned_data["queue"]
        names = [known.name for known in task_queues]
        if queue and queue not in names:
            raise ValidationError(f"None, or one of {', '.join(names)}.")
        return queue

    def _json(self, field: str, kind: type, hint: str) -> str:
        text: str = self.cleaned_data[field]
        try:
            fits = isinstance(loads(text), kind)
        except (ValueError, TypeError, RecursionError):
            fits = False
        if not fits:
            raise ValidationError(hint)
        return text


def known_tasks() -> set[str]:
    """The duties there are. A job is run by its messages, not by the calendar."""
    current_app.loader.import_default_modules()
    return {name for name in current_app.tasks if not name.startswith("celery.")} - {RUN_JOB}


class DutyAdmin(beat.PeriodicTaskAdmin):  # type: ignore[misc] # django-celery-beat is untyped
    form = DutyForm
    fieldsets = tuple(
        (title, {**options, "fields": tuple(field for field in options["fields"] if field not in _LEFT_OUT)})
        for title, options in beat.PeriodicTaskAdmin.fieldsets
    )


class CrontabAdmin(beat.CrontabScheduleAdmin):  # type: ignore[misc] # django-celery-beat is untyped
    form = CrontabForm


class IntervalAdmin(beat.IntervalScheduleAdmin):  # type: ignore[misc] # django-celery-beat is untyped
    form = IntervalForm


# Importing theirs has registered it already. Sunrise needs a package that is not here.
for model, page in ((PeriodicTask, DutyAdmin), (CrontabSchedule, CrontabAdmin), (IntervalSchedule, IntervalAdmin)):
    admin.site.unregister(model)
    admin.site.register(model, page)
admin.site.unregister(SolarSchedule)
