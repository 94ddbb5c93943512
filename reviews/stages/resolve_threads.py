"""Tell the author in its thread that a finding is fixed, and resolve the thread: once, and only our own.

Findings that are gone for another reason keep their threads (threads.py says which). A review that is partial closes
nothing: it may have missed what it does not name. Resolving takes more rights than replying; without them the reply
stands alone, and the check says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import structlog

from integrations.github.errors import AnswerTooLarge, RequestRefused
from integrations.github.types import ReviewThread
from jobs.attempts import Attempt
from reviews.change import mirror_of, read_diff
from reviews.code_host import github
from reviews.configuration.proposed import RULE
from reviews.context import ReviewContext
from reviews.effects import perform_once
from reviews.markers import marker
from reviews.models import Effect
from reviews.records import mark_fixed, told_earlier
from reviews.since import files_since_each
from reviews.stages.find import chosen
from reviews.stages.post import refuse_if_over
from reviews.threads import CONTRACT, Present, Told, is_fixed

log = structlog.get_logger(__name__)

Threads = Mapping[int, ReviewThread]
#: Replies of one review; the other threads are left as they are, and the summary names them.
MAX_REPLIES = 20


def resolve_threads(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with what became of findings told earlier. Skip when another head is the head."""
    if context.is_local or context.shortfalls:
        return context
    fixed = list(_fixed(context))
    if not fixed:
        return context
    refuse_if_over(context)
    threads = _threads(context)
    refused = [one for one in fixed[:MAX_REPLIES] if not _settled(attempt, context, one, threads)]
    for one in fixed:
        mark_fixed(one, context.head_sha)
    return replace(context, settled=tuple(_told(context, fixed, refused)))


def _fixed(context: ReviewContext) -> Iterator[Told]:
    told = [one for one in told_earlier(context) if one.comment_id]
    since = {
        head_sha: {file.old_path: file for file in files if file.old_path}
        for head_sha, files in files_since_each(context, told).items()
    }
    present = _present(context) if told else None
    for one in told:
        if present and one.head_sha in since and is_fixed(one, since[one.head_sha], present):
            yield one


def _present(context: ReviewContext) -> Present:
    """A rule is looked for in the files that were read; those that are as in the base need no look."""
    changed = {file.path for file in read_diff(mirror_of(context), context)}
    wanted = {analyzer.name: analyzer.wants for analyzer in chosen(context)}

    def is_looked_for(rule: str, path: str) -> bool:
        if path in changed and path not in context.files:
            return False
        wants = wanted.get(rule.partition(":")[0])
        return wants(path) if wants else rule == RULE or rule.startswith(CONTRACT)

    return Present(context.findings, context.lasting, is_looked_for)


def _threads(context: ReviewContext) -> Threads | None:
    """By the id of their first comment; None where we may not read them."""
    _, number = context.where
    try:
        return {thread.comment_id: thread for thread in github().list_review_threads(context.repository, number)}
    except (RequestRefused, AnswerTooLarge) as error:
        log.warning("threads not read", repository=context.repository, error=str(error))
        return None


def _settled(attempt: Attempt, context: ReviewContext, told: Told, threads: Threads | None) -> bool:
    """Whether nothing is left to do for the thread: it is resolved, now or by somebody before, or was deleted."""
    thread = threads.get(told.comment_id or 0) if threads is not None else None
    if threads is not None and (thread is None or thread.is_resolved):
        return True
    try:
        _reply(attempt, context, told)
        if thread:
            github().resolve_thread(context.repository, thread.id, before_send=attempt.check)
    except RequestRefused as error:
        log.warning("thread not resolved", repository=context.repository, error=str(error))
        return False
    return thread is not None


def _reply(attempt: Attempt, context: ReviewContext, told: Told) -> None:
    repository_id, number = context.where
    purpose = f"fixed {told.comment_id}"
    intent = Effect(
        repository_id=repository_id,
        number=number,
        head_sha="",
        purpose=purpose,
        marker=marker("fixed", repository_id, number, told.comment_id),
    )
    perform_once(
        attempt,
        intent,
        find=lambda sign: _find_reply(context, sign),
        write=lambda sign: _write_reply(attempt, context, told, sign),
    )


def _find_reply(context: ReviewContext, sign: str) -> str | None:
    _, number = context.where
    comments = github().list_pull_comments(context.repository, number)
    return next((str(comment.id) for comment in comments if sign in comment.body), None)


def _write_reply(attempt: Attempt, context: ReviewContext, told: Told, sign: str) -> str:
    _, number = context.where
    # Without code's backticks GitHub links the commit.
    body = f"Fixed in {context.head_sha[:10]}.\n\n{sign}"
    comment_id = told.comment_id or 0
    return str(github().reply(context.repository, number, comment_id, body, before_send=attempt.check).id)


def _told(context: ReviewContext, fixed: Sequence[Told], refused: Sequence[Told]) -> Iterator[str]:
    told = "finding told earlier is" if len(fixed) == 1 else "findings told earlier are"
    yield f"{len(fixed)} {told} fixed in {context.head_sha[:10]}."
    if refused:
        yield f"{len(refused)} of their threads could not be resolved: that takes the right to write contents."
    for one in fixed[MAX_REPLIES:]:
        yield f"Fixed, and its thread left open: `{one.path}:{one.line}`."
    if not told_earlier(context) and not any(finding.is_open for finding in context.findings):
        yield "All that was told is fixed."
