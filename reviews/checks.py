"""System checks of this room: the operator's review configuration, and the language model reviews may ask."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from integrations.language_model.client import LanguageModel
from jobs.registry import spec_of
from jobs.states import WorkflowType
from reviews.configuration.reading import operator_files, organizations

MODEL_SETTINGS = ("KODUS_MODEL_URL", "KODUS_MODEL")


def check_configuration(**_: Any) -> list[CheckMessage]:
    """E001: KODUS_REVIEW_CONFIG is no folder. E002: a file in it is not valid, and reviews would not obey it."""
    folder = settings.REVIEW_CONFIG_DIR
    if folder is None:
        return []
    if not folder.is_dir():
        hint = "Make the folder, or leave KODUS_REVIEW_CONFIG unset."
        return [Error(f"KODUS_REVIEW_CONFIG is {str(folder)!r}, which is no folder.", hint=hint, id="reviews.E001")]
    files = {file.name: file for name in ["", *organizations(folder)] for file in operator_files(folder, name)}
    return [
        Error(f"{folder / file.name}, {problem}", hint="See docs/reference/configuration.md.", id="reviews.E002")
        for file in files.values()
        for problem in file.document.problems
    ]


def check_language_model(**_: Any) -> list[CheckMessage]:
    """E003: half a language model. E004: one that code cannot be sent to. E005: more time than a review has."""
    values = (settings.MODEL_URL, settings.MODEL_NAME)
    given = [name for name, value in zip(MODEL_SETTINGS, values, strict=True) if value]
    if len(given) == 1:
        (missing,) = set(MODEL_SETTINGS) - set(given)
        text, hint = f"Half of a language model is set: {given[0]} alone.", f"Set {missing}, too, or none of both."
        return [Error(text, hint=hint, id="reviews.E003")]
    return [*_unusable_model(), *_model_without_time()] if given else []


def _unusable_model() -> list[CheckMessage]:
    try:
        LanguageModel(settings.MODEL_URL, settings.MODEL_NAME, settings.MODEL_KEY).close()
    except ValueError:
        hint = "Use https, http on this machine only, nothing after the path, and a key of ASCII letters."
        text = "Code cannot be sent to KODUS_MODEL_URL, or not with KODUS_MODEL_KEY."
        return [Error(text, hint=hint, id="reviews.E004")]
    return []


def _model_without_time() -> list[CheckMessage]:
    seconds, most = settings.MODEL_SECONDS, spec_of(WorkflowType.CODE_REVIEW).soft_time_limit // 2
    if seconds <= most:
        return []
    text = f"KODUS_MODEL_SECONDS is {seconds}: a review would be ended while its model still answers."
    return [Error(text, hint=f"Set it to {most} at most.", id="reviews.E005")]
