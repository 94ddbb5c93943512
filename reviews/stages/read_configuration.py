"""Read how this change is to be reviewed: at its base, so that no change decides over its own review."""

from dataclasses import replace

import structlog

from jobs.attempts import Attempt
from reviews.configuration.reading import effective_configuration
from reviews.context import ReviewContext

log = structlog.get_logger(__name__)


def read_configuration(_attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with its configuration, which files it comes from, and notes on what could not be used of them."""
    found = effective_configuration(context)
    if found.notes:
        log.warning("configuration has notes", repository=context.repository, notes=found.notes)
    return replace(context, configuration=found.configuration, configured_by=found.files, notes=found.notes)
