"""What the door promises as a process: it needs the database and nothing else, and what it answered is there."""

import json
import signal

import pytest

from tests.processes import running
from tests.services import free_port, wait_until
from tests.webhooks.deliveries import pull_request
from tests.webhooks.wire import ask, delivery, door_on_the_wire, door_process, exchange, status_of
from webhooks.models import WebhookDelivery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]


def test_a_database_that_is_down_is_answered_with_503_and_when_to_come_back():
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    with door_on_the_wire(DATABASE_URL=nowhere) as port:
        answer = exchange(port, delivery())
        assert (status_of(answer), b"retry-after: 30" in answer.lower()) == (503, True)
        assert b'"error": "store_unavailable"' in answer
        assert status_of(ask(port, b"GET /readyz")) == 503


def test_the_door_needs_no_broker():
    with door_on_the_wire(BROKER_URL="amqp://guest:guest@127.0.0.1:1//") as port:
        assert status_of(exchange(port, delivery())) == 202
        assert status_of(ask(port, b"GET /readyz")) == 200


def test_what_was_answered_survives_the_death_of_the_door():
    port = free_port()
    process = door_process(KODUS_WEBHOOK_PORT=str(port))
    with running(process):
        wait_until(lambda: status_of(ask(port, b"GET /livez")) == 200, seconds=60, what="the start of the door")
        answered = [exchange(port, delivery(pull_request(number=number))) for number in range(1, 11)]
        process.kill(signal.SIGKILL)
    ids = {json.loads(answer[answer.index(b"{") : answer.rindex(b"}") + 1])["delivery"] for answer in answered}
    assert ids == {str(stored) for stored in WebhookDelivery.objects.values_list("delivery_id", flat=True)}
    assert len(ids) == 10


def test_the_door_serves_nothing_but_deliveries_and_health():
    with door_on_the_wire() as port:
        found = {path: status_of(ask(port, b"GET " + path)) for path in (b"/", b"/admin/", b"/workflow-queue/jobs/1")}
        assert set(found.values()) == {404}
