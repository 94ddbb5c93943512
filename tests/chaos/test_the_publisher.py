"""The engine's publisher behind a link to a real RabbitMQ that says nothing, or breaks in the middle."""

from urllib.parse import urlsplit

import pytest

from chaos.links.link import Link
from jobs import broker as jobs_broker
from jobs.broker import BrokerUnavailable, Outgoing, Publisher

QUEUE = "workflow.jobs.code_review"


def outgoing(number: int) -> Outgoing:
    return Outgoing(number, QUEUE, {"job_id": f"job-{number}", "dispatch": 1}, {"workflow_type": "CODE_REVIEW"})


@pytest.fixture
def link(broker):
    with Link(urlsplit(broker).port) as link:
        yield link


@pytest.fixture
def publisher(link, monkeypatch):
    monkeypatch.setattr(jobs_broker, "CONFIRM_SECONDS", 1)
    publisher = Publisher(f"amqp://guest:guest@127.0.0.1:{link.port}//")
    yield publisher
    link.restore()
    publisher.close()


def test_a_broker_that_says_nothing_at_the_connect_is_given_up(link, publisher):
    link.silence()
    with pytest.raises(BrokerUnavailable):
        publisher.connect()


@pytest.mark.parametrize("direction", ["upstream", "downstream"])
def test_a_broker_that_falls_silent_is_given_up(link, publisher, direction):
    publisher.connect()
    link.one_way(direction)
    with pytest.raises(BrokerUnavailable):
        publisher.publish([outgoing(1)])


def test_a_queue_whose_depth_is_not_told_is_given_up(link, publisher):
    publisher.connect()
    link.silence()
    with pytest.raises(BrokerUnavailable):
        publisher.depth(QUEUE)


def test_a_confirmation_that_is_lost_is_no_confirmation(link, publisher):
    publisher.connect()
    link.cut_at(b"job-7", "upstream", forward=True)
    with pytest.raises(BrokerUnavailable):
        publisher.publish([outgoing(7)])


def test_the_publisher_goes_on_once_the_link_is_restored(link, publisher):
    link.refuse()
    with pytest.raises(BrokerUnavailable):
        publisher.connect()
    link.restore()
    assert publisher.publish([outgoing(1)]) == {}
