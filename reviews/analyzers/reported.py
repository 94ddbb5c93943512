"""What tools say, as JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reviews.analyzers.shape import AnalyzerFailed


def parsed(analyzer: str, said: bytes) -> Any:
    try:
        return json.loads(said)
    except ValueError as error:
        raise AnalyzerFailed(analyzer, "said something that is not JSON") from error


@contextmanager
def known_shape(analyzer: str) -> Iterator[None]:
    """For reading it: whatever is not where it should be is the analyzer's failure, not ours."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration) as error:
        raise AnalyzerFailed(analyzer, "reported a finding in an unknown shape") from error
