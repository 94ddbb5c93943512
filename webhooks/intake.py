"""Take a delivery in: prove, read, decide, store, carry out, all before the answer.

One transaction holds the delivery and what it caused (job, history, outbox), so an answered delivery is never lost
and a failed one leaves nothing behind. The delivery is inserted last, with its outcome, and that INSERT decides:
whoever comes second, with the same delivery id or with the same body under another one, waits there for the first,
takes back all it did, and gives the first one's answer. Only when the first one's job has failed, what it asked for is
carried out once more: that is what sending it again is for.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from jobs.states import JobStatus
from reviews.commands.taking import Comment, take
from reviews.requests import PullRequestRef, cancel_reviews, request_review, warm_graph
from telemetry import correlation, counters, tracing
from telemetry.tracing import Kind
from webhooks.decoding import decode
from webhooks.errors import DeliveryIdReused
from webhooks.headers import DeliveryHeaders
from webhooks.models import Verdict, WebhookDelivery
from webhooks.payloads import IssueCommentEvent, PullRequestEvent, Subject
from webhooks.routing import (
    ACTED_ON,
    CancelReviews,
    Decision,
    Ignore,
    Pong,
    RequestReview,
    TakeCommand,
    WarmGraph,
    decide,
)
from webhooks.signatures import verify
from webhooks.storage import AlreadyStored, Arrival, Outcome, body_of, conclude, first_of, insert, reconnect_if_dead

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told: the same for every copy of a delivery."""

    delivery_id: UUID
    outcome: Outcome

    def to_json(self) -> dict[str, str | None]:
        return {
            "job": str(self.outcome.job_id) if self.outcome.job_id else None,
            "delivery": str(self.delivery_id),
            "verdict": self.outcome.verdict,
            "reason": self.outcome.reason,
        }


def accept(headers: Mapping[str, str], body: bytes) -> Answer:
    """Store the delivery and carry out what it asks for; DeliveryRefused when it is turned away."""
    verify(body, headers.get("X-Hub-Signature-256", ""), secrets=settings.GITHUB_WEBHOOK_SECRETS)
    sent = DeliveryHeaders.parse(headers)
    with tracing.span("accept delivery", _attributes(sent, body), kind=Kind.SERVER) as span:
        payload = decode(body)
        decision = decide(sent.event, payload, command=settings.REVIEW_COMMAND)
        answer = _store(Arrival.of(sent, Subject.parse(payload), body), decision)
        span.note({"kodus.verdict": answer.outcome.verdict.value, "kodus.job.id": str(answer.outcome.job_id or "")})
        logger.info("delivery_stored", gh_event=sent.event, **answer.to_json())
        counters.DELIVERIES.add(sent.event if sent.event in ACTED_ON else "other", answer.outcome.verdict)
        counters.DELIVERY_BYTES.observe(len(body))
    return answer


def _attributes(sent: DeliveryHeaders, body: bytes) -> tracing.Attributes:
    """What the trace of a delivery begins with; one that nobody signed begins none."""
    return {
        "http.request.method": "POST",
        "http.request.body.size": len(body),
        "github.delivery_id": str(sent.delivery_id),
        "github.event": sent.event,
        "kodus.correlation_id": correlation.current(),
    }


def replay(pk: int) -> None:
    """Carry out what a held delivery asks for, once. Its job and its new verdict are one transaction."""
    with transaction.atomic():
        delivery = WebhookDelivery.objects.select_for_update().get(pk=pk)
        if delivery.verdict != Verdict.HELD:
            return  # another run was faster
        with correlation.bind(str(delivery.delivery_id)):
            _concluded(delivery, body_of(delivery))


def reprocess(pk: int) -> Outcome:
    """Carry out once more what a stored delivery asks for, whatever became of it; in the caller's transaction."""
    delivery = WebhookDelivery.objects.select_for_update().get(pk=pk)
    with correlation.bind(str(delivery.delivery_id)):
        return _concluded(delivery, body_of(delivery))


def carry_out(decision: Decision, delivery_id: UUID) -> Outcome:
    """Do it, in the caller's transaction."""
    match decision:
        case RequestReview(event, trigger):
            enqueued = request_review(_pull(event), trigger=trigger, delivery_id=str(delivery_id))
            reason = "" if enqueued.created else "a review of this is under way"
            return Outcome(Verdict.ACCEPTED, reason, enqueued.job.id)
        case TakeCommand(event, command):
            comment = Comment(event.comment_id, event.commenter, event.as_of)
            taken = take(_pull(event), command, comment, delivery_id=str(delivery_id))
            told = f"{command}: {taken.told}" if taken.told else command.value
            return Outcome(Verdict.ACCEPTED, told, taken.job_id)
        case CancelReviews(event, reason):
            count = cancel_reviews(_pull(event), reason=reason, actor="webhook")
            return Outcome(Verdict.ACCEPTED, f"{reason}; reviews cancelled: {count}")
        case WarmGraph(event):
            repository = event.repository
            enqueued = warm_graph(
                organization=repository.organization,
                repository=repository.full_name,
                head_sha=event.head_sha,
                delivery_id=str(delivery_id),
            )
            return Outcome(Verdict.ACCEPTED, "the code graph is brought up to date", enqueued.job.id)
        case _:
            return at_the_door(decision)


def at_the_door(decision: Decision) -> Outcome:
    """The outcome before anything was done."""
    match decision:
        case Ignore(reason):
            return Outcome(Verdict.IGNORED, reason)
        case Pong():
            return Outcome(Verdict.PING, "pong")
        case _:
            return Outcome(Verdict.HELD, "reviews are switched off; the delivery is kept for later")


def queue_is_on() -> bool:
    return bool(settings.QUEUE_ENABLED and settings.GITHUB_ENABLED)


def _store(arrival: Arrival, decision: Decision) -> Answer:
    delivery_id = arrival.headers.delivery_id
    outcome = at_the_door(decision)
    reconnect_if_dead()
    try:
        if outcome.verdict == Verdict.HELD and queue_is_on():
            with transaction.atomic():
                outcome = carry_out(decision, delivery_id)
                insert(arrival, outcome)
        else:
            insert(arrival, outcome)
    except AlreadyStored:
        return _answer_again(arrival)
    return Answer(delivery_id, outcome)


def _answer_again(arrival: Arrival) -> Answer:
    """The answer of the delivery this one is a copy of. A copy under another id gets a row of its own."""
    first = first_of(arrival)
    same_id = first.delivery_id == arrival.headers.delivery_id
    if same_id and bytes(first.body_sha256) != arrival.body_sha256:
        logger.warning("delivery_id_reused", stored_sha256=bytes(first.body_sha256).hex())
        raise DeliveryIdReused
    counters.DUPLICATES.add("delivery")
    original = first.duplicate_of or first
    outcome = _outcome_now(original, arrival.body)
    if not same_id:
        with suppress(AlreadyStored):  # this copy was sent twice, too
            insert(arrival, outcome, duplicate_of=original)
    return Answer(original.delivery_id, outcome)


def _outcome_now(original: WebhookDelivery, body: bytes) -> Outcome:
    """What became of a stored delivery; one whose job has failed is started again, by the first copy that comes.

    `body` is the copy's: the same, by its hash, and there even when the stored one is no longer kept.
    """
    with transaction.atomic():
        if _has_failed(original) and queue_is_on():
            original = WebhookDelivery.objects.select_for_update(of=["self"]).select_related("job").get(pk=original.pk)
            if _has_failed(original):
                logger.info("delivery_started_again", failed_job=str(original.job_id))
                return _concluded(original, body)
        return Outcome(Verdict(original.verdict), original.reason, original.job_id)


def _has_failed(delivery: WebhookDelivery) -> bool:
    return delivery.job is not None and delivery.job.status == JobStatus.FAILED


def _concluded(delivery: WebhookDelivery, body: bytes) -> Outcome:
    """Carry out what a stored delivery asks for, and write on it what became of that."""
    decision = decide(delivery.event, decode(body), command=settings.REVIEW_COMMAND)
    outcome = carry_out(decision, delivery.delivery_id)
    conclude(delivery.delivery_id, outcome)
    return outcome


def _pull(event: PullRequestEvent | IssueCommentEvent) -> PullRequestRef:
    return PullRequestRef(
        organization=event.repository.organization,
        installation_id=event.repository.installation_id,
        repository=event.repository.full_name,
        repository_id=event.repository.id,
        number=event.number,
        author=event.author,
        head_sha=event.head_sha,
        base_sha=event.base_sha,
        as_of=event.as_of,
    )
