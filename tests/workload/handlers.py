"""Payloads: {"steps": [...]}, each step one of

    {"sleep": seconds}    {"wait": key, "timeout": seconds, "on_timeout": ...}    {"fail": "retryable" | "permanent"}
    {"touch": path}       a line with the attempt's number is added to the file: an effect outside of the database
    {"hang": seconds}     as sleep, deaf to everything    {"die": signal}    the process kills itself

with a checkpoint after each step, so that a step is done once unless the worker dies in it.
"""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from celeryconfig import ANALYSIS_QUEUE, REVIEW_QUEUE
from jobs.attempts import Attempt
from jobs.outcomes import Completed, WaitForEvent
from jobs.registry import job_handler
from jobs.states import EventType, HandlerType, OnTimeout, WorkflowType


class Passing(Exception):
    """It may work the next time."""


class Hopeless(Exception):
    """It will never work."""

    permanent = True


def work(attempt: Attempt) -> Completed:
    done = (attempt.checkpointed or {}).get("done", 0)
    steps = attempt.payload.get("steps", [])
    for number, step in enumerate(steps[done:], start=done + 1):
        _do(step, attempt)
        attempt.checkpoint(f"step {number}", {"done": number})
    return Completed({"steps": len(steps), "attempts": attempt.number})


def _do(step: dict[str, Any], attempt: Attempt) -> None:
    match step:
        case {"sleep": seconds}:
            _sleep(seconds, attempt)
        case {"hang": seconds}:
            time.sleep(seconds)
        case {"die": number}:
            os.kill(os.getpid(), number)
        case {"wait": key}:
            _wait(key, step, attempt)
        case {"touch": path}:
            with Path(path).open("a") as file:
                file.write(f"{attempt.number}\n")
        case {"fail": "permanent"}:
            raise Hopeless
        case {"fail": "retryable"} if attempt.number == 1:
            raise Passing


def _sleep(seconds: float, attempt: Attempt) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        attempt.check()
        time.sleep(0.05)


def _wait(key: str, step: dict[str, Any], attempt: Attempt) -> None:
    if attempt.wake and attempt.wake.key == key:
        return
    timeout = timedelta(seconds=step.get("timeout", 600))
    policy = OnTimeout(step.get("on_timeout", "CONTINUE"))
    raise WaitForEvent(EventType.AST_COMPLETED, scope="test", key=key, timeout=timeout, on_timeout=policy)


def register() -> None:
    """Take the place of the product's handlers."""
    for kind in WorkflowType:
        queue = ANALYSIS_QUEUE if kind == WorkflowType.AST_ANALYSIS else REVIEW_QUEUE
        job_handler(kind, handler_type=HandlerType.PIPELINE, queue=queue, retry_backoff=1, retry_jitter=False)(work)
