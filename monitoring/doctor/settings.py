"""The system checks, and what is switched off."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core.checks import ERROR, run_checks

from monitoring.doctor.diagnosis import Diagnosis, State, fail, ok, warn


def examine() -> Sequence[Diagnosis]:
    found = [*_system_checks(), *_switches()]
    return found or [ok("they can be used, and nothing is switched off")]


def _system_checks() -> Iterator[Diagnosis]:
    """The door's too, whose settings this process has, though it is no door."""
    for message in run_checks():
        if not message.is_silenced():
            state = State.FAIL if message.level >= ERROR else State.WARN
            yield Diagnosis(state, message.msg, message.hint or "", about=message.id or "")
    if not settings.GITHUB_WEBHOOK_SECRETS:
        remedy = "Set KODUS_GITHUB_WEBHOOK_SECRET to the secret of the webhook (docs/how-to/connect-github.md)."
        yield fail("no webhook secret is set: the door does not start", remedy, about="webhooks.E001")


def _switches() -> Iterator[Diagnosis]:
    switches = {
        "WORKFLOW_QUEUE_ENABLED": settings.QUEUE_ENABLED,
        "WORKFLOW_QUEUE_GITHUB_ENABLED": settings.GITHUB_ENABLED,
    }
    for name, is_on in switches.items():
        if not is_on:
            remedy = f"Set {name}=true, restart, and review what was held back: manage.py replay_deliveries"
            yield warn(f"{name} is off: deliveries are stored and not reviewed", remedy)
