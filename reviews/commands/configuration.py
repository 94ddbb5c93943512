"""What applies to the reviews of a pull request, for its author."""

from collections.abc import Sequence

from django.conf import settings

from reviews.analyzers import ANALYZERS
from reviews.check_runs import FAILING
from reviews.findings import INLINE_LIMIT
from reviews.reviewable import MAX_FILE_BYTES, MAX_FILES


def configuration() -> Sequence[tuple[str, str]]:
    """Names and values, in the order in which they are told."""
    return (
        ("analyzers", ", ".join(analyzer.name for analyzer in ANALYZERS)),
        ("comments on lines, at most", str(INLINE_LIMIT)),
        ("the check fails from this severity on", FAILING.value),
        ("files read, at most", str(MAX_FILES)),
        ("size of a file that is read, at most", f"{MAX_FILE_BYTES // 1024} KiB"),
        ("pushes are reviewed together within", f"{settings.DEBOUNCE_SECONDS} s"),
        ("the code graph is waited for, at most", f"{settings.GRAPH_WAIT_SECONDS} s"),
    )
