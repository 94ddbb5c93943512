import pytest
from structlog.contextvars import get_contextvars

from telemetry import correlation


def test_an_id_is_bound_for_the_block_only():
    with correlation.bind("delivery-1"):
        assert correlation.current() == "delivery-1"
    assert correlation.current() == ""


def test_the_outer_id_is_back_after_an_inner_one():
    with correlation.bind("outer"):
        with correlation.bind("inner"):
            assert correlation.current() == "inner"
        assert correlation.current() == "outer"


def test_an_error_unbinds_as_well():
    with pytest.raises(ZeroDivisionError), correlation.bind("delivery-1", job_id="7"):
        _ = 1 / 0
    assert (correlation.current(), get_contextvars()) == ("", {})


def test_further_fields_are_bound_for_logs():
    with correlation.bind("delivery-1", job_id="7"):
        assert get_contextvars() == {"correlation_id": "delivery-1", "job_id": "7"}


def test_an_id_fits_its_column():
    with correlation.bind("x" * 500):
        assert len(correlation.current()) == correlation.MAX_LENGTH
