"""Reviews that are not as usual.

CHAOS_POISON names a repository whose reviews crash their process. CHAOS_LIGHT_REVIEWS has all end at once with nothing
said, so that what is left is the queue.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chaos.inside.wrapping import wrap
from reviews.eligibility import SkipReason
from reviews.pipeline import first_context


def poison() -> None:
    def crashing(run_pipeline: Callable[..., Any]) -> Callable[..., Any]:
        def run(attempt: Any) -> Any:
            if attempt.payload["repository"] == os.environ["CHAOS_POISON"]:
                os.kill(os.getpid(), signal.SIGSEGV)
            return run_pipeline(attempt)

        return run

    wrap("reviews.handlers:run_pipeline", crashing)


def lighten() -> None:
    def skipping(_: Callable[..., Any]) -> Callable[..., Any]:
        return lambda attempt: replace(first_context(attempt), skipped=SkipReason.CLOSED.value)

    wrap("reviews.handlers:run_pipeline", skipping)
