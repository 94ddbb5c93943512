"""Leave alone what the configuration does not want reviewed.

A stage of its own: when it skips, the configuration and its notes are known already, and the check tells of them.
"""

from jobs.attempts import Attempt
from reviews.context import ReviewContext
from reviews.eligibility import Skip, why_not_wanted


def check_wanted(_attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The same context. Skip when a choice of the configuration is against this pull request."""
    reason = context.facts and why_not_wanted(context.facts, context.configuration.pull_requests)
    if reason:
        raise Skip(reason)
    return context
