"""What can go wrong with a language model, named after what happened.

`permanent` says that asking again cannot help; `retry_after` says in how many seconds it may. `gate` names what had
better be closed to all for a while: the provider, as "model:HOST".
"""

from typing import ClassVar


class LanguageModelError(Exception):
    """The language model did not answer."""

    permanent: ClassVar[bool] = False
    retry_after: float | None = None

    def __init__(self, detail: str = "", *, gate: str = "") -> None:
        super().__init__(f"{self.summary} {detail}".strip())
        self.gate = gate

    @property
    def summary(self) -> str:
        """What happened, in words that hold nothing of the provider's."""
        return (self.__doc__ or "").partition("\n")[0]


class RequestRefused(LanguageModelError):
    """The language model's provider refused the request."""

    permanent = True


class FormRefused(RequestRefused):
    """The language model's provider does not take the request in this form."""


class KeyRefused(RequestRefused):
    """The language model's provider does not accept the key."""


class PromptTooLong(RequestRefused):
    """The question was longer than the language model reads."""


class RedirectRefused(RequestRefused):
    """The language model's provider pointed to another address; none is followed."""


class AnswerTooLarge(LanguageModelError):
    """The language model's answer was larger than is read."""

    permanent = True


class AnswerUnreadable(LanguageModelError):
    """The language model's provider answered something that is no completion."""


class ModelUnavailable(LanguageModelError):
    """The language model's provider could not be reached or failed."""


class AnswerLate(ModelUnavailable):
    """The language model did not answer in time."""


class RateLimited(LanguageModelError):
    """The language model's provider asked to wait."""

    #: Waiting for a limit to reset is no failure of the provider.
    rate_limited: ClassVar[bool] = True

    def __init__(self, detail: str = "", *, retry_after: float, gate: str = "") -> None:
        super().__init__(detail, gate=gate)
        self.retry_after = retry_after
