import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.classification import Classified, classify
from jobs.retry import SPREAD, RetryLater, RetryPolicy, next_attempt
from jobs.states import ErrorClassification

STEADY = RetryPolicy(max_retries=3, retry_backoff=2, retry_backoff_max=300, retry_jitter=False)
RETRYABLE = Classified(ErrorClassification.RETRYABLE)


def later(policy: RetryPolicy, error: Classified, *, retries: int = 0, is_given_up: bool = False) -> RetryLater:
    found = next_attempt(policy, error, retries=retries, is_given_up=is_given_up)
    assert found
    return found


def gives_up(error: Classified, *, retries: int = 0, is_given_up: bool = False) -> bool:
    return next_attempt(STEADY, error, retries=retries, is_given_up=is_given_up) is None


@pytest.mark.parametrize(("retries", "seconds"), [(0, 2), (1, 4), (2, 8)])
def test_the_delay_doubles(retries, seconds):
    assert later(STEADY, RETRYABLE, retries=retries).delay.total_seconds() == seconds


def test_a_spent_budget_ends_it():
    assert gives_up(RETRYABLE, retries=3)


def test_a_permanent_error_ends_it_at_once():
    assert gives_up(Classified(ErrorClassification.PERMANENT))


@pytest.mark.parametrize("kind", [ErrorClassification.RATE_LIMITED, ErrorClassification.CIRCUIT_OPEN])
class TestBeingPutOff:
    def test_it_is_not_charged_but_has_an_end(self, kind):
        assert not later(STEADY, Classified(kind, 60), retries=3).charged
        assert gives_up(Classified(kind, 60), is_given_up=True)

    def test_jobs_put_off_until_one_instant_come_back_one_by_one(self, kind):
        delays = {later(STEADY, Classified(kind, 60)).delay.total_seconds() for _ in range(50)}
        assert len(delays) == 50
        assert 60 <= min(delays) <= max(delays) <= 60 + SPREAD.total_seconds()


@given(st.integers(0, 200), st.integers(1, 1_000), st.integers(1, 10_000))
def test_with_jitter_the_delay_stays_between_a_second_and_the_maximum(retries, backoff, maximum):
    policy = RetryPolicy(201, backoff, maximum, retry_jitter=True)
    assert 1 <= later(policy, RETRYABLE, retries=retries).delay.total_seconds() <= max(1, maximum)


def test_an_error_that_says_nothing_is_retryable():
    assert classify(KeyError("x")) == RETRYABLE


def test_an_open_circuit_is_told_by_its_attribute():
    error = type("CircuitOpen", (Exception,), {"circuit_open": True, "retry_after": 30.0})()
    assert classify(error) == Classified(ErrorClassification.CIRCUIT_OPEN, 30.0)
