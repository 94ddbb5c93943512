from uuid import UUID

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from tests.webhooks.deliveries import Door, pull_request, push
from webhooks.models import Hook, MissedDelivery, WebhookDelivery

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


def test_a_delivery_whose_body_is_no_longer_kept_says_so(admin: Client):
    delivery = WebhookDelivery.objects.get(delivery_id=GUID)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(body=b"", dropped_bytes=4_711)
    page = admin.get(f"{LIST}{delivery.pk}/change/").content.decode()
    assert "The body of this delivery is no longer kept" in page
    assert "4711" in page.replace(",", "")


def test_nothing_can_be_added_changed_or_deleted(admin: Client):
    delivery = WebhookDelivery.objects.get(delivery_id=GUID)
    assert admin.get(f"{LIST}add/").status_code == 403
    assert admin.post(f"{LIST}{delivery.pk}/change/", {"verdict": "IGNORED"}).status_code == 403
    assert admin.post(f"{LIST}{delivery.pk}/delete/", {"post": "yes"}).status_code == 403


MISSED = "/admin/webhooks/misseddelivery/"
HOOK = "repos/octo/app/hooks/1"
MISSING = UUID(int=1)


@pytest.fixture
def missed(admin: Client, settings: LazySettings) -> None:
    """Two deliveries were missed, and one of them is recovered."""
    settings.GITHUB_HOOKS = (HOOK,)
    hook = Hook.objects.create(path=HOOK, looked_at=timezone.now(), attempts=9, missed=2)
    for guid in (MISSING, GUID):
        MissedDelivery.objects.create(
            hook=hook, guid=guid, attempt_id=1, event="push", failed_at=timezone.now(), failure="timed out"
        )


def rows(page) -> dict[str, bool]:
    return {str(row.guid): row.recovered for row in page.context["cl"].result_list}


@pytest.mark.usefixtures("missed")
class TestMissedDeliveries:
    def test_the_list_says_which_are_recovered(self, admin: Client, django_assert_max_num_queries):
        with django_assert_max_num_queries(10):
            page = admin.get(MISSED)
        assert rows(page) == {GUID: True, str(MISSING): False}

    def test_those_still_missing_can_be_picked_out(self, admin: Client):
        assert rows(admin.get(MISSED, {"missing": "yes"})) == {str(MISSING): False}

    @pytest.mark.parametrize(("term", "found"), [(GUID, 1), (HOOK, 2), ("repos", 0), ("%", 0)])
    def test_they_are_found_by_exact_id_or_hook(self, admin: Client, term: str, found: int):
        assert admin.get(MISSED, {"q": term}).context["cl"].result_count == found

    def test_a_hook_shows_its_gap(self, admin: Client):
        assert f"1 from {timezone.now():%Y-%m-%d}" in admin.get("/admin/webhooks/hook/").content.decode()

    @pytest.mark.parametrize("address", [f"{MISSED}add/", "/admin/webhooks/hook/add/"])
    def test_nothing_can_be_added(self, admin: Client, address: str):
        assert admin.get(address).status_code == 403
