"""What an error means for the next attempt: by type and attributes, never by text. Pure.

An error says it itself, so that this module needs to know nobody's errors: `permanent` (retrying cannot help),
`rate_limited` (wait until `retry_after`, at no cost to the retry budget), `circuit_open`, `retry_after` in seconds,
`gate` (what it came from: every job that needs the same is kept from running into it, see gates.py).
An error that says nothing is retryable until the budget is spent.
"""

from dataclasses import dataclass

from jobs.states import ErrorClassification


@dataclass(frozen=True, slots=True)
class Classified:
    """`retry_after` is in seconds; `gate` is empty when the error is about this job alone."""

    classification: ErrorClassification
    retry_after: float | None = None
    gate: str = ""


def classify(error: BaseException) -> Classified:
    retry_after, gate = getattr(error, "retry_after", None), getattr(error, "gate", "")
    if getattr(error, "rate_limited", False):
        return Classified(ErrorClassification.RATE_LIMITED, retry_after, gate)
    if getattr(error, "circuit_open", False):
        return Classified(ErrorClassification.CIRCUIT_OPEN, retry_after, gate)
    if getattr(error, "permanent", False):
        return Classified(ErrorClassification.PERMANENT)
    return Classified(ErrorClassification.RETRYABLE, retry_after, gate)
