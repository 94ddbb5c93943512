import pytest
from django.conf import LazySettings
from django.test import Client

from tests.webhooks.deliveries import Door, pull_request, push
from webhooks.models import WebhookDelivery

GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
LIST = "/admin/webhooks/webhookdelivery/"


@pytest.fixture
def deliveries(door: Door, settings: LazySettings) -> None:
    door.send("pull_request", pull_request(), delivery=GUID)
    door.send("push", push())


@pytest.fixture
def admin(deliveries: None, admin_user: object, settings: LazySettings) -> Client:
    """Made after the deliveries came: the operators' side has its own URLs and middleware."""
    settings.ROOT_URLCONF = "kodus_queue.urls"
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ]
    client = Client()
    client.force_login(admin_user)  # type: ignore[arg-type] # pytest-django's own user
    return client


@pytest.mark.parametrize(("term", "found"), [(GUID, 1), ("octo/app", 2), ("octo", 0), ("%", 0), ("octo/other", 0)])
def test_deliveries_are_found_by_exact_id_or_repository(admin: Client, term: str, found: int):
    page = admin.get(LIST, {"q": term})
    assert page.context["cl"].result_count == found


def test_the_list_does_not_read_bodies(admin: Client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as queries:
        admin.get(LIST)
    assert not any('"webhook_deliveries"."body",' in query["sql"] for query in queries.captured_queries)


def test_a_delivery_shows_its_payload_as_text(admin: Client):
    delivery = WebhookDelivery.objects.get(delivery_id=GUID)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(body=b'{"title": "<script>alert(1)</script>"}')
    page = admin.get(f"{LIST}{delivery.pk}/change/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_nothing_can_be_added_changed_or_deleted(admin: Client):
    delivery = WebhookDelivery.objects.get(delivery_id=GUID)
    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.post(f"{LIST}{delivery.pk}/change/", {"verdict": "IGNORED"}).status_code == 403
    assert admin.post(f"{LIST}{delivery.pk}/delete/", {"post": "yes"}).status_code == 403
