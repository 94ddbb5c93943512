from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.classification import Classified, classify
from jobs.retry import PATIENCE, RetryPolicy, next_attempt
from jobs.states import ErrorClassification

STEADY = RetryPolicy(max_retries=3, retry_backoff=2, retry_backoff_max=300, retry_jitter=False)
RETRYABLE = Classified(ErrorClassification.RETRYABLE)
YOUNG = timedelta()


@pytest.mark.parametrize(("retries", "seconds"), [(0, 2), (1, 4), (2, 8)])
def test_the_delay_doubles(retries, seconds):
    later = next_attempt(STEADY, RETRYABLE, retries=retries, age=YOUNG)
    assert later
    assert later.delay.total_seconds() == seconds


def test_a_spent_budget_ends_it():
    assert next_attempt(STEADY, RETRYABLE, retries=3, age=YOUNG) is None


def test_a_permanent_error_ends_it_at_once():
    assert next_attempt(STEADY, Classified(ErrorClassification.PERMANENT), retries=0, age=YOUNG) is None


@pytest.mark.parametrize("kind", [ErrorClassification.RATE_LIMITED, ErrorClassification.CIRCUIT_OPEN])
def test_being_put_off_is_not_charged_but_has_an_end(kind):
    later = next_attempt(STEADY, Classified(kind, 60), retries=3, age=YOUNG)
    assert later
    assert not later.charged
    assert next_attempt(STEADY, Classified(kind, 60), retries=0, age=PATIENCE * 2) is None


@given(st.integers(0, 200), st.integers(1, 1_000), st.integers(1, 10_000))
def test_with_jitter_the_delay_stays_between_a_second_and_the_maximum(retries, backoff, maximum):
    policy = RetryPolicy(201, backoff, maximum, retry_jitter=True)
    later = next_attempt(policy, RETRYABLE, retries=retries, age=YOUNG)
    assert later
    assert 1 <= later.delay.total_seconds() <= max(1, maximum)


def test_an_error_that_says_nothing_is_retryable():
    assert classify(KeyError("x")) == RETRYABLE


def test_an_open_circuit_is_told_by_its_attribute():
    error = type("CircuitOpen", (Exception,), {"circuit_open": True, "retry_after": 30.0})()
    assert classify(error) == Classified(ErrorClassification.CIRCUIT_OPEN, 30.0)
