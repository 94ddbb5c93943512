"""The numbered bad inputs about HTTP (29-48), as bytes on the wire of the door as it is deployed.

Each ends with no answer of 5xx (but 501 for a transfer coding nobody knows), no hang, nothing stored that was not
proved, and a door that takes the next delivery.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, transaction

from jobs.models import WorkflowJob
from tests.services import wait_until
from tests.webhooks.deliveries import PATH, changed, pull_request
from tests.webhooks.wire import ask, connected, delivery, door_on_the_wire, exchange, read_all, status_of, statuses_of
from webhooks.models import WebhookDelivery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]

MEGABYTE = 1_000_000
LIMIT = 25 * 1024 * 1024


@pytest.fixture(scope="module")
def port(django_db_setup: None) -> Iterator[int]:
    with door_on_the_wire() as number:
        yield number


@pytest.fixture(autouse=True)
def still_open(port: int) -> Iterator[None]:
    """Whatever a test did, the door takes the next delivery."""
    yield
    assert status_of(exchange(port, delivery(pull_request(number=999_999)))) == 202


def is_turned_away(answer: bytes, *statuses: int) -> bool:
    assert status_of(answer) in statuses, answer[:500]
    return not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"BREW"])
def test_input_29_other_methods(port: int, method: bytes):
    assert is_turned_away(ask(port, method + b" " + PATH.encode()), 405)


@pytest.mark.parametrize(
    "path",
    ["//webhooks/github", "/webhooks/github/", "/webhooks/%2e%2e/webhooks/github", "/webhooks/github%00", "/", "*"],
)
def test_input_30_other_paths(port: int, path: str):
    request = delivery().replace(f"POST {PATH} ".encode(), f"POST {path} ".encode())
    assert is_turned_away(exchange(port, request), 404, 400)


def test_input_31_an_empty_body(port: int):
    assert is_turned_away(exchange(port, delivery(b"")), 400)


def test_input_32_a_body_that_stalls_keeps_nobody_waiting(port: int):
    with connected(port) as stalled:
        stalled.sendall(delivery(length=10_000))
        assert status_of(exchange(port, delivery(pull_request(number=8)))) == 202
    wait_until(lambda: WebhookDelivery.objects.count() == 1, seconds=10, what="only the whole delivery stored")


def test_input_32_a_body_that_ends_early(port: int):
    assert is_turned_away(exchange(port, delivery(length=10_000), half_close=True), 400)


def test_input_33_a_body_longer_than_announced(port: int):
    assert is_turned_away(exchange(port, delivery(length=100)), 401)


@pytest.mark.parametrize("length", ["-1", "+5", "0x10", "5 5", "", "1e3", "99999999999999999999999"])
def test_input_34_a_length_that_is_no_number(port: int, length: str):
    assert is_turned_away(exchange(port, delivery(length=length)), 400, 411, 413)


def test_input_34_two_lengths(port: int):
    assert is_turned_away(exchange(port, delivery(more="Content-Length: 5\r\n")), 400)


@pytest.mark.parametrize("coding", ["chunked", "identity, chunked", "xchunked", "chunked, gzip"])
def test_input_35_a_length_and_chunks_smuggle_nothing(port: int, coding: str):
    smuggled = b"0\r\n\r\n" + delivery(pull_request(number=13))
    answer = exchange(port, delivery(smuggled, more=f"Transfer-Encoding: {coding}\r\n"))
    assert len(statuses_of(answer)) == 1
    assert is_turned_away(answer, 400, 411, 501)


def chunked(body: bytes) -> bytes:
    head = delivery().partition(b"Content-Length")[0]
    return head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body


@pytest.mark.parametrize("body", [b"5\r\nabcde\r\n", b"5\r\nab", b"", b"5\r\nabcde\r\n0\r\n\r\n"])
def test_input_36_chunks_without_end(port: int, body: bytes):
    assert is_turned_away(exchange(port, chunked(body)), 400, 411)


@pytest.mark.parametrize("size", [b"FFFFFFFFFFFFFFFFFF", b"-1", b"zz", b"5;ext=" + b"x" * 100_000])
def test_input_37_a_chunk_size_that_overflows(port: int, size: bytes):
    assert is_turned_away(exchange(port, chunked(size + b"\r\nabc\r\n")), 400, 411)


@pytest.mark.parametrize("size", [2_400_000, 2_600_000, 24_900_000, LIMIT])
def test_input_38_whatever_github_sends_fits(port: int, size: int):
    empty = len(delivery(changed(pull_request(), "pull_request.title", "")).partition(b"\r\n\r\n")[2])
    payload = changed(pull_request(), "pull_request.title", "x" * (size - empty))
    assert status_of(exchange(port, delivery(payload))) == 202
    assert len(WebhookDelivery.objects.get().body) == size


@pytest.mark.parametrize("length", [LIMIT + 1, 25 * 1024 * 1024 + 100_000, 1_000 * MEGABYTE])
def test_input_38_more_than_that_is_refused_before_it_is_read(port: int, length: int):
    assert is_turned_away(exchange(port, delivery(length=length)), 413)


def test_input_39_no_length(port: int):
    request = delivery()
    head, _, body = request.partition(b"Content-Length")
    assert is_turned_away(exchange(port, head + b"Connection: close" + body.partition(b"Connection: close")[2]), 411)


def test_input_41_a_client_that_waits_to_be_asked_for_the_body(port: int):
    head, _, body = delivery(more="Expect: 100-continue\r\n").partition(b"\r\n\r\n")
    with connected(port) as client:
        client.sendall(head + b"\r\n\r\n")
        assert b" 100 " in client.recv(100)
        client.sendall(body)
        assert status_of(read_all(client)) == 202


def test_input_41_a_body_too_large_is_refused_without_waiting_for_it(port: int):
    head = delivery(length=1_000 * MEGABYTE, more="Expect: 100-continue\r\n").partition(b"\r\n\r\n")[0]
    assert is_turned_away(exchange(port, head + b"\r\n\r\n"), 413)


@pytest.mark.parametrize("host", [b"evil.example", b"", b"a\x80b", b"127.0.0.1:99999", b"x" * 5_000])
def test_input_42_the_host_decides_nothing(port: int, host: bytes):
    answer = exchange(port, delivery().replace(b"Host: 127.0.0.1", b"Host: " + host))
    assert status_of(answer) in {202, 400, 401}
    assert b"evil" not in answer


@pytest.mark.parametrize("lines", [b"", b"Host: 127.0.0.1\r\nHost: evil.example\r\n"])
def test_input_42_no_host_and_two(port: int, lines: bytes):
    assert status_of(exchange(port, delivery().replace(b"Host: 127.0.0.1\r\n", lines))) in {202, 400}


def test_input_43_forwarded_headers_decide_nothing(port: int):
    spoofed = "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"
    answer = exchange(port, delivery(more=spoofed))
    assert status_of(answer) == 202
    assert b"evil" not in answer


@pytest.mark.parametrize("more", ["X-A: a\r\n" * 10_000, f"X-A: {'a' * 5_000_000}\r\n"])
def test_input_44_too_many_headers_and_too_long_ones(port: int, more: str):
    assert is_turned_away(exchange(port, delivery(more=more)), 431, 400)


@pytest.mark.parametrize(
    "more", ["X-A: a\0b\r\n", "X-A : b\r\n", " folded\r\n", "X-A\r\n", "X-GitHub-Event: push\r\n"]
)
def test_input_28_headers_that_are_not_well_formed(port: int, more: str):
    assert is_turned_away(exchange(port, delivery(more=more)), 400)


def test_input_45_pipelined_deliveries_are_answered_in_order(port: int):
    first = delivery(pull_request(number=1)).replace(b"Connection: close\r\n", b"")
    answer = exchange(port, first + delivery(pull_request(number=2)))
    assert statuses_of(answer) == [202, 202]
    assert [job.subject for job in WorkflowJob.objects.order_by("created_at")] == ["octo/app#1", "octo/app#2"]


def test_input_46_a_client_that_leaves_before_the_answer_is_stored_once(port: int):
    request = delivery()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE webhook_deliveries IN EXCLUSIVE MODE")
        with connected(port) as client:
            client.sendall(request)
            wait_until(lambda: is_waiting_for_a_lock(cursor), seconds=30, what="the door in the middle of it")
    wait_until(lambda: WebhookDelivery.objects.count() == 1, seconds=30, what="the delivery stored")
    assert status_of(exchange(port, request)) == 202
    assert (WebhookDelivery.objects.count(), WorkflowJob.objects.count()) == (1, 1)


def is_waiting_for_a_lock(cursor: Any) -> bool:
    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'webhook_deliveries'::regclass")
    return bool(cursor.fetchone()[0])


NOISE = [
    b"GET /\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\0" * 100,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]


@pytest.mark.parametrize("noise", NOISE)
def test_input_47_what_is_no_http(port: int, noise: bytes):
    assert is_turned_away(exchange(port, noise, half_close=True), 0, 400)


def test_input_48_two_hundred_slow_uploads_keep_nobody_waiting(port: int):
    with ExitStack() as slow:
        for number in range(200):
            client = slow.enter_context(connected(port))
            client.sendall(delivery(pull_request(number=number + 10), length=10_000))
        assert status_of(exchange(port, delivery())) == 202
        assert WebhookDelivery.objects.count() == 1
