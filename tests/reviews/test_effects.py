from collections.abc import Callable

import pytest

from integrations.github.errors import OutcomeUnknown, ValidationFailed
from jobs import transitions
from jobs.errors import LeaseLost
from reviews.effects import EffectUnknown, perform_once
from reviews.models import Effect, EffectState
from tests.reviews.parts import claimed, review_job

pytestmark = pytest.mark.django_db


class Host:
    """A code host of one kind of thing: what was written is found by its marker."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.write_error: Exception | None = None
        self.applies = True

    def find(self, marker: str) -> str | None:
        return str(self.written.index(marker)) if marker in self.written else None

    def write(self, marker: str) -> str:
        if self.applies:
            self.written.append(marker)
        if self.write_error:
            raise self.write_error
        return str(self.written.index(marker))


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def perform(attempt, pull, host) -> Callable[..., str]:
    def run(by=attempt, **replaced) -> str:
        intent = Effect(
            repository_id=pull.repository_id,
            number=pull.number,
            head_sha=pull.head_sha,
            purpose="test",
            marker="mark",
        )
        return perform_once(by, intent, **{"find": host.find, "write": host.write, **replaced})

    return run


def state() -> str:
    return Effect.objects.get().state


def test_an_effect_is_made_and_remembered(perform, host):
    assert perform() == "0"
    assert (state(), Effect.objects.get().external_id) == (EffectState.DONE, "0")


def test_an_effect_that_is_done_is_not_looked_for_again(perform, host):
    perform()

    def never(_marker):
        raise AssertionError

    assert perform(find=never, write=never) == "0"


def test_the_intent_is_stored_before_the_write(perform):
    seen = []
    perform(write=lambda _marker: seen.append(state()) or "1")
    assert seen == [EffectState.INTENT]


def test_a_crash_between_intent_and_write_leads_to_one_write(perform, host):
    class Killed(BaseException):
        pass

    def die(_marker):
        raise Killed

    with pytest.raises(Killed):
        perform(write=die)
    perform()
    assert host.written == ["mark"]


def test_a_crash_after_the_write_adopts_it(perform, host):
    host.write_error = SystemExit()
    with pytest.raises(SystemExit):
        perform()
    assert perform() == "0"
    assert host.written == ["mark"]


def test_an_answer_that_never_came_is_unknown_and_retried_later(perform, host):
    host.write_error = OutcomeUnknown()
    with pytest.raises(EffectUnknown) as caught:
        perform()
    assert state() == EffectState.UNKNOWN
    assert (caught.value.permanent, caught.value.retry_after > 0) == (False, True)


def test_an_unknown_effect_that_was_applied_is_adopted(perform, host):
    host.write_error = OutcomeUnknown()
    with pytest.raises(EffectUnknown):
        perform()
    assert perform() == "0"
    assert (host.written, state()) == (["mark"], EffectState.DONE)


def test_an_unknown_effect_that_was_not_applied_is_made(perform, host):
    host.write_error, host.applies = OutcomeUnknown(), False
    with pytest.raises(EffectUnknown):
        perform()
    host.write_error, host.applies = None, True
    perform()
    assert host.written == ["mark"]


def test_a_refused_write_stays_an_intent(perform, host):
    host.write_error, host.applies = ValidationFailed(), False
    with pytest.raises(ValidationFailed):
        perform()
    assert state() == EffectState.INTENT


def test_nothing_is_written_once_the_fence_is_lost(perform, host, attempt):
    transitions.cancel(attempt.job_id, actor="test", reason="gone")
    with pytest.raises(LeaseLost):
        perform()
    assert host.written == []


def test_a_later_job_takes_over_what_was_done(perform, pull, host):
    perform()
    later = claimed(review_job(pull))
    perform(later)
    assert Effect.objects.get().job_id == later.job_id
    assert host.written == ["mark"]


def test_without_the_look_the_same_crash_writes_twice(perform, host):
    """The tests above can fail: a perform_once that does not look first is caught by them."""
    host.write_error = SystemExit()
    with pytest.raises(SystemExit):
        perform()
    host.write_error = None
    perform(find=lambda _marker: None)
    assert host.written == ["mark", "mark"]
