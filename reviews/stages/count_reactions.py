"""Count the reactions to our comments, and suggest to mute the rules that this repository votes down.

Only rules of findings that are open here are spoken of: whoever meets one reads how to mute it.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import structlog

from integrations.github.errors import AnswerTooLarge, RequestRefused
from jobs.attempts import Attempt
from reviews.code_host import github
from reviews.configuration.declaration import FILE_NAME
from reviews.context import ReviewContext
from reviews.reactions import has_comments, keep_thumbs, voted_down

log = structlog.get_logger(__name__)


def count_reactions(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with what is to be said of rules that were voted down."""
    if context.is_local or not has_comments(*context.where):
        return context
    attempt.check()
    _, number = context.where
    try:
        keep_thumbs(*context.where, github().list_pull_comments(context.repository, number))
    except (RequestRefused, AnswerTooLarge) as error:
        log.warning("reactions not counted", repository=context.repository, error=str(error))
    return replace(context, settled=(*context.settled, *_suggested(context)))


def _suggested(context: ReviewContext) -> Iterator[str]:
    repository_id, _ = context.where
    rules = {finding.rule for finding in context.findings if finding.is_open}
    for rule, count in voted_down(repository_id, rules).items():
        muted = json.dumps([*context.configuration.rules.exclude, rule])  # a list replaces the one that is there
        yield f"`{rule}` got {count} thumbs down here. To mute it, say `rules: {{exclude: {muted}}}` in `{FILE_NAME}`."
