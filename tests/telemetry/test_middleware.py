from uuid import UUID

import pytest
from django.http import HttpResponse

from telemetry import correlation
from telemetry.middleware import CorrelationMiddleware

DELIVERY = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


@pytest.fixture
def ask(rf):
    """The id a view sees and the one the caller gets back, for a request with these headers."""

    def request(**headers: str) -> tuple[str, str]:
        seen = []
        middleware = CorrelationMiddleware(lambda _request: seen.append(correlation.current()) or HttpResponse())
        answer = middleware(rf.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()}))
        return seen[0], answer["X-Correlation-ID"]

    return request


def test_the_delivery_id_of_github_is_taken_and_echoed(ask):
    assert ask(X_GitHub_Delivery=DELIVERY) == (DELIVERY, DELIVERY)


def test_the_callers_own_id_is_taken_and_echoed(ask):
    assert ask(X_Correlation_ID="deploy.42:retry-1") == ("deploy.42:retry-1", "deploy.42:retry-1")


def test_the_delivery_id_comes_first(ask):
    assert ask(X_GitHub_Delivery=DELIVERY, X_Correlation_ID="mine")[0] == DELIVERY


def test_without_an_id_a_new_one_is_made(ask):
    first, second = ask()[0], ask()[0]
    assert UUID(first) != UUID(second)


@pytest.mark.parametrize(
    "offered",
    ["", " ", "a b", "x" * 101, "a\r\nSet-Cookie: b=c", "ünïcode", "<script>", "a/b", '"', "\0", "%0d%0a", "a\n"],
)
def test_an_id_that_is_not_well_formed_is_replaced(ask, offered):
    seen, echoed = ask(X_Correlation_ID=offered)
    assert seen == echoed == str(UUID(seen))


def test_a_malformed_delivery_id_leaves_the_callers_own(ask):
    assert ask(X_GitHub_Delivery="not an id", X_Correlation_ID="mine")[0] == "mine"


def test_nothing_is_bound_after_the_request(ask):
    ask(X_Correlation_ID="mine")
    assert correlation.current() == ""


def test_a_crash_unbinds_as_well(rf):
    def crash(_request):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        CorrelationMiddleware(crash)(rf.get("/"))
    assert correlation.current() == ""
