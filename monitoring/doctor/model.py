"""The language model's endpoint: there, does it accept the key, does it have the model. Asking costs nothing."""

from collections.abc import Sequence

import httpx
from django.conf import settings

from integrations.http import checked_base_url, is_on_this_machine
from monitoring.doctor.diagnosis import Diagnosis, fail, ok, warn

SECONDS = 4.0
_PAGE = "docs/how-to/connect-a-language-model.md"
_REFUSED = frozenset({401, 403})
_OK = 200


def examine() -> Sequence[Diagnosis]:
    if not (settings.MODEL_URL and settings.MODEL_NAME):
        return [ok("none is connected")]
    try:
        url = f"{checked_base_url(settings.MODEL_URL, of='The language model')}/models"
        key = {"Authorization": f"Bearer {settings.MODEL_KEY}"} if settings.MODEL_KEY else {}
        answer = httpx.get(url, headers=key, timeout=SECONDS, trust_env=not is_on_this_machine(url))
    except (httpx.HTTPError, ValueError) as error:
        text = f"{settings.MODEL_URL} does not answer ({type(error).__name__})"
        return [warn(text, f"Reviews go on without it. Is the address right? {_PAGE}")]
    return [_told(answer)]


def _told(answer: httpx.Response) -> Diagnosis:
    if answer.status_code in _REFUSED:
        return fail(f"the key is refused ({answer.status_code})", f"Set KODUS_MODEL_KEY to one that is good: {_PAGE}")
    if answer.status_code != _OK:
        return warn(f"answers {answer.status_code} when asked for its models", "Fine when it has no such list.")
    if settings.MODEL_NAME not in _names(answer):
        return warn(f"does not list {settings.MODEL_NAME}", f"Set KODUS_MODEL to one of its own: {_PAGE}")
    return ok(f"has {settings.MODEL_NAME}")


def _names(answer: httpx.Response) -> set[str]:
    try:
        listed = answer.json()["data"]
        return {str(model["id"]) for model in listed}
    except (ValueError, KeyError, TypeError):
        return set()
