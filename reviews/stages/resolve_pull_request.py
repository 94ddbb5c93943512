"""Read the pull request again, see whether it may be reviewed, and open its check run."""

from dataclasses import replace

from integrations.github.types import PullRequest
from jobs.attempts import Attempt
from reviews.check_runs import open_check
from reviews.code_host import github
from reviews.commands.standing import Standing, standing_of
from reviews.context import ReviewContext
from reviews.eligibility import Facts, Skip, SkipReason, why_skipped
from reviews.records import is_reviewed
from reviews.requests import PullRequestRef, request_review
from reviews.triggers import COMMAND, HEAD_MOVED

#: Skips that say nothing on GitHub: nobody looks there or wants to hear it, or a result stands there already.
_SILENT = frozenset({SkipReason.CLOSED, SkipReason.IGNORED, SkipReason.SUPERSEDED, SkipReason.ALREADY_REVIEWED})


def resolve_pull_request(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with its facts, its base and its head as they are now. Skip when a rule says so."""
    if context.is_local:
        return context
    _, number = context.where
    pull = github().pull_request(context.repository, number)
    context = replace(
        context,
        repository=pull.base_repository.full_name,
        head_sha=context.head_sha or pull.head_sha,
        base_sha=pull.base_sha,
    )
    facts = facts_of(context, pull)
    reason = why_skipped(facts)
    if reason is SkipReason.SUPERSEDED:
        _review_the_head(attempt, context, pull)
    if reason not in _SILENT:
        open_check(attempt, context)
    if reason:
        raise Skip(reason)
    return replace(context, facts=facts)


def facts_of(context: ReviewContext, pull: PullRequest) -> Facts:
    repository_id, number = context.where
    standing = standing_of(repository_id, number)
    return Facts(
        state=pull.state,
        is_draft=pull.draft,
        author_type=pull.author.type if pull.author else "",
        author_login=pull.author.login if pull.author else "",
        is_head=pull.head_sha == context.head_sha,
        is_reviewed=is_reviewed(repository_id, number, context.head_sha, purpose=context.purpose),
        is_asked_for=context.trigger == COMMAND,
        is_paused=standing is Standing.PAUSED,
        is_ignored=standing is Standing.IGNORED,
        is_locked=pull.locked,
        branch=pull.base_ref,
        labels=pull.labels,
        title=pull.title,
    )


def _review_the_head(attempt: Attempt, context: ReviewContext, pull: PullRequest) -> None:
    """Deliveries may arrive out of order: an old head must not be the last one anybody asked for."""
    repository_id, number = context.where
    if is_reviewed(repository_id, number, pull.head_sha, purpose=context.purpose):
        return
    ref = PullRequestRef(
        organization=context.organization,
        installation_id=attempt.payload.get("installation_id"),
        repository=context.repository,
        repository_id=repository_id,
        number=number,
        author=pull.author.login if pull.author else "",
        head_sha=pull.head_sha,
        base_sha=pull.base_sha,
    )
    trigger = COMMAND if context.trigger == COMMAND else HEAD_MOVED
    request_review(ref, trigger=trigger, purpose=context.purpose, delivery_id=attempt.correlation_id)
