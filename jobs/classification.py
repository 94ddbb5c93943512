"""What an error means for the next attempt: by type and attributes, never by text. Pure.

An error says it itself, so that this module needs to know nobody's errors: `permanent` (retrying cannot help),
`rate_limited` (wait until `retry_after`, at no cost to the retry budget), `circuit_open`, `retry_after` in seconds.
An error that says nothing is retryable until the budget is spent.
"""

from dataclasses import dataclass

from jobs.states import ErrorClassification


@dataclass(frozen=True, slots=True)
class Classified:
    classification: ErrorClassification
    retry_after: float | None = None


def classify(error: BaseException) -> Classified:
    retry_after = getattr(error, "retry_after", None)
    if getattr(error, "rate_limited", False):
        return Classified(ErrorClassification.RATE_LIMITED, retry_after)
    if getattr(error, "circuit_open", False):
        return Classified(ErrorClassification.CIRCUIT_OPEN, retry_after)
    if getattr(error, "permanent", False):
        return Classified(ErrorClassification.PERMANENT)
    return Classified(ErrorClassification.RETRYABLE, retry_after)
