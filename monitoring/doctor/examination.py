"""Runs checks in turn, each in a thread of its own that is left behind when its time is up."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from monitoring.doctor.diagnosis import Diagnosis, State, fail, worst
from telemetry.redaction import redact

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """`needs` names checks before it: when one of them failed, there is nothing to look at."""

    name: str
    examine: Callable[[], Sequence[Diagnosis]]
    needs: tuple[str, ...] = ()
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Examined:
    name: str
    diagnoses: Sequence[Diagnosis]
    took_ms: float

    @property
    def state(self) -> State:
        return worst(diagnosis.state for diagnosis in self.diagnoses)


def examine(checks: Sequence[Check]) -> Iterator[Examined]:
    failed: set[str] = set()
    for check in checks:
        lacking = [name for name in check.needs if name in failed]
        if lacking:
            text = f"not looked at: {lacking[0]} is not to be had"
            examined = Examined(check.name, [Diagnosis(State.SKIP, text)], 0.0)
        else:
            examined = _examined(check)
        if examined.state in {State.FAIL, State.SKIP}:
            failed.add(check.name)
        yield examined


def _examined(check: Check) -> Examined:
    found: list[Diagnosis] = []
    started = time.monotonic()
    thread = threading.Thread(target=_look, args=(check, found), name=check.name, daemon=True)
    thread.start()
    thread.join(check.seconds)
    took_ms = (time.monotonic() - started) * 1_000
    if thread.is_alive():
        late = fail(f"no answer within {check.seconds:g} s", "Look at what it depends on: something hangs.")
        return Examined(check.name, [late], took_ms)
    diagnoses = found or [fail("the check itself failed", "The traceback above says why; that is a bug of ours.")]
    return Examined(check.name, [_redacted(diagnosis) for diagnosis in diagnoses], took_ms)


def _look(check: Check, found: list[Diagnosis]) -> None:
    try:
        found.extend(check.examine())
    finally:
        connection.close()  # back to the pool


def _redacted(diagnosis: Diagnosis) -> Diagnosis:
    return replace(diagnosis, found=redact(diagnosis.found), remedy=redact(diagnosis.remedy))
