from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from integrations.github.rate_limit import LONGEST_WAIT_SECONDS, seconds_to_wait

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECONDARY = {"documentation_url": "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#x"}


def wait(status, payload=None, **headers):
    return seconds_to_wait(status, {k.replace("_", "-"): v for k, v in headers.items()}, payload, now=NOW)


def reset(seconds):
    return str(int((NOW + timedelta(seconds=seconds)).timestamp()))


def test_an_exhausted_budget_waits_for_its_reset():
    assert wait(403, x_ratelimit_remaining="0", x_ratelimit_reset=reset(90)) == 90.0


def test_a_secondary_limit_waits_as_long_as_it_asks():
    assert wait(403, retry_after="30") == 30.0


def test_what_is_asked_for_goes_before_the_reset():
    assert wait(429, retry_after="5", x_ratelimit_remaining="0", x_ratelimit_reset=reset(90)) == 5.0


def test_a_limit_that_names_no_time_waits_a_minute():
    assert wait(429) == wait(403, SECONDARY) == 60.0


def test_a_wait_may_be_given_as_a_date():
    assert wait(429, retry_after=format_datetime(NOW + timedelta(seconds=7))) == 7.0


@pytest.mark.parametrize("headers", [{}, {"x_ratelimit_remaining": "12"}, {"x_ratelimit_remaining": "0"}])
def test_a_missing_permission_is_no_limit(headers):
    assert wait(403, {"documentation_url": "https://docs.github.com/rest/pulls"}, **headers) is None


@pytest.mark.parametrize("status", [200, 401, 404, 422, 503])
def test_other_answers_are_no_limit(status):
    assert wait(status, retry_after="5", x_ratelimit_remaining="0", x_ratelimit_reset=reset(5)) is None


def test_a_reset_in_the_past_waits_a_moment():
    assert wait(403, x_ratelimit_remaining="0", x_ratelimit_reset=reset(-50)) == 1.0


@pytest.mark.parametrize("absurd", ["99999999999999999999", "31536000"])
def test_an_absurd_wait_is_cut(absurd):
    assert wait(429, retry_after=absurd) == LONGEST_WAIT_SECONDS


@pytest.mark.parametrize("broken", ["soon", "-5", "١٢", "1e9", "", "Mon, 99 Foo"])
def test_an_unreadable_wait_counts_as_none_given(broken):
    assert wait(429, retry_after=broken) == 60.0
