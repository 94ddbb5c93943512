"""Deliveries are found by what they are about, newest first."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from monitoring.lists import pages as listing
from monitoring.lists.deliveries import CONDITIONS, DeliveryFilter, find_deliveries
from webhooks.models import Verdict, WebhookDelivery

pytestmark = pytest.mark.django_db


def stored(**values: Any) -> WebhookDelivery:
    delivery_id = uuid4()
    given = {"event": "pull_request", "repository": "octo/app", "verdict": Verdict.ACCEPTED, "body": b"{}"} | values
    return WebhookDelivery.objects.create(
        delivery_id=delivery_id, body_sha256=hashlib.sha256(delivery_id.bytes).digest(), **given
    )


def found(**values: Any) -> list[WebhookDelivery]:
    return list(find_deliveries(DeliveryFilter({name: [value] for name, value in values.items()}), limit=50).rows)


def test_without_a_filter_all_are_listed_newest_first():
    deliveries = [stored() for _ in range(3)]
    assert found() == deliveries[::-1]


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("organization", "repository", "acme/lib"),
        ("repository", "repository", "acme/lib"),
        ("event", "event", "push"),
        ("action", "action", "opened"),
        ("verdict", "verdict", "IGNORED"),
        ("sender", "sender", "mona"),
    ],
)
def test_a_filter_keeps_what_fits_it(name, field, value):
    stored()
    wanted = stored(**{field: value})
    assert found(**{name: value.partition("/")[0] if name == "organization" else value}) == [wanted]


def test_every_filter_is_tried_above_but_the_job():
    marks = test_a_filter_keeps_what_fits_it.pytestmark
    tried = next(mark.args[1] for mark in marks if mark.name == "parametrize")
    assert {name for name, *_ in tried} == set(CONDITIONS) - {"job"}


def test_pages_follow_each_other_without_gap_or_overlap():
    deliveries = [stored() for _ in range(5)]
    first = find_deliveries(DeliveryFilter({"repository": ["octo/app"]}), limit=3)
    rest = find_deliveries(DeliveryFilter({"repository": ["octo/app"]}), limit=3, after=first.after)
    assert [*first.rows, *rest.rows] == deliveries[::-1]
    assert rest.after is None


def test_a_filter_that_few_fit_says_how_far_it_looked(monkeypatch):
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 3)
    deliveries = [stored() for _ in range(5)]
    page = find_deliveries(DeliveryFilter({"event": ["push"]}), limit=5)
    assert (page.rows, page.complete, page.after) == ([], False, deliveries[2].id)


def test_times_bound_what_is_listed():
    now = timezone.now()
    old, new = stored(received_at=now - timedelta(hours=3)), stored(received_at=now)
    assert find_deliveries(DeliveryFilter(since=now - timedelta(hours=1)), limit=5).rows == [new]
    assert find_deliveries(DeliveryFilter(until=now - timedelta(hours=1)), limit=5).rows == [old]


def test_a_time_that_has_not_come_has_an_empty_list_and_no_further_page(monkeypatch):
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 1)
    stored()
    page = find_deliveries(DeliveryFilter(since=timezone.now() + timedelta(hours=1)), limit=5)
    assert (page.rows, page.after, page.complete) == ([], None, True)


def test_several_repositories_are_listed_as_one_newest_first():
    deliveries = [stored(repository=name) for name in ("octo/a", "octo/b", "octo/c", "octo/a")]
    page = find_deliveries(DeliveryFilter({"repository": ["octo/a", "octo/b"]}), limit=2)
    rest = find_deliveries(DeliveryFilter({"repository": ["octo/a", "octo/b"]}), limit=2, after=page.after)
    assert [*page.rows, *rest.rows] == [deliveries[3], deliveries[1], deliveries[0]]


def test_a_list_is_without_bodies_and_headers():
    stored()
    (row,) = find_deliveries(DeliveryFilter(), limit=5).rows
    assert row.get_deferred_fields() == {"body", "headers"}


def test_bodies_are_not_read():
    stored()
    (delivery,) = found()
    assert {"body", "headers"} <= delivery.get_deferred_fields()
