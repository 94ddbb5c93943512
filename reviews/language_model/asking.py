"""Ask the language model about a change, and take what stands of its answers.

Whatever goes wrong here is a sentence in the review and no more: what the other voices found is told all the same.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings

from integrations.language_model.client import LanguageModel, Message
from integrations.language_model.errors import LanguageModelError
from jobs.attempts import Attempt
from reviews.check_runs import show_progress
from reviews.context import ReviewContext
from reviews.findings import Finding
from reviews.language_model.calls import call, note, our_model
from reviews.language_model.masking import masked
from reviews.language_model.material import Change, material
from reviews.language_model.questions import Question, instructions, new_stamp, objection, questions, rendered
from reviews.language_model.remarks import Heard, heard

log = structlog.get_logger(__name__)

AGAIN = "It is asked again about the next push, or for a full review."
NOT_BEFORE = "It will not be otherwise before whoever runs the service has looked after it."
#: Of an answer of no use, what the model is shown of it when it is asked again.
_QUOTED = 8_000


class AnswersUseless(LanguageModelError):
    """The language model said nothing that stands, twice."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What the language model adds to a review."""

    findings: tuple[Finding, ...] = ()
    shortfalls: tuple[str, ...] = ()


def ask_language_model(
    attempt: Attempt, context: ReviewContext, change: Change, *, known: Collection[Finding]
) -> Voice:
    """What the model finds on lines without a `known` finding; nothing where service or repository want none."""
    model = our_model()
    if model is None or not context.configuration.language_model:
        return Voice()
    show_progress(attempt, context, "Asking the language model")
    changed, around = material(context, change)
    try:
        shown = masked([*changed, *around])
    except LanguageModelError as error:
        return Voice(shortfalls=(_unheard(model, error, ""),))
    asked, cut = questions(shown[: len(changed)], shown[len(changed) :], tokens=settings.MODEL_CONTEXT_TOKENS)
    voice = _answers(attempt, model, asked, known)
    if not cut:
        return voice
    return Voice(voice.findings, (*voice.shortfalls, _cut(model, len(cut), len(changed))))


def _answers(attempt: Attempt, model: LanguageModel, asked: Sequence[Question], known: Collection[Finding]) -> Voice:
    """What stands of the answers, up to the first question that has none."""
    ends_at = time.monotonic() + settings.MODEL_SECONDS
    places = {(finding.path, finding.line) for finding in known}
    findings: list[Finding] = []
    for place, question in enumerate(asked):
        try:
            findings += _answer(attempt, model, question, places, ends_at).findings
        except LanguageModelError as error:
            log.warning("language model not heard", model=model.name, error=str(error))
            unread = sum(len(each.changed) for each in asked[place:])
            return Voice(tuple(findings), (_unheard(model, error, f" in {unread} of the files" if place else ""),))
    return Voice(tuple(findings))


def _answer(
    attempt: Attempt, model: LanguageModel, question: Question, known: Collection[tuple[str, int]], ends_at: float
) -> Heard:
    """What the model answers; asked once more, told what is wrong, when nothing of it can be used."""
    stamp = new_stamp()
    conversation = [Message("system", instructions(stamp)), Message("user", rendered(question, stamp))]
    for _ in range(2):
        answered = call(attempt, model, conversation, ends_at=ends_at)
        said = answered.completion
        result = heard(said.text, question.changed, known=known, is_cut_off=said.is_cut_off)
        note(answered, result)
        if result.is_usable:
            return result
        conversation = [
            *conversation[:2],
            Message("assistant", said.text[:_QUOTED]),
            Message("user", objection(result.problems)),
        ]
    raise AnswersUseless("; ".join(result.problems))


def _unheard(model: LanguageModel, error: LanguageModelError, where: str) -> str:
    what_now = NOT_BEFORE if error.permanent else AGAIN
    return f"{error.summary.removesuffix('.')} (`{model.name}`): what it looks for was not checked{where}. {what_now}"


def _cut(model: LanguageModel, unread: int, of: int) -> str:
    return f"The language model (`{model.name}`) was not shown all of the change: {unread} of {of} files did not fit."
