from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from monitoring.models import AuditEntry, Member, Role
from monitoring.pages.deliveries import MOST_SHOWN_BYTES, readable
from webhooks.models import Verdict, WebhookDelivery

pytestmark = pytest.mark.django_db


def deliver(number: int = 1, **values: Any) -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        **{
            "delivery_id": UUID(int=number),
            "event": "pull_request",
            "action": "opened",
            "body": b'{"number": 12}',
            "body_sha256": number.to_bytes(32, "big"),
            "repository": "octo/app",
            "verdict": Verdict.IGNORED,
            "reason": "action not wanted",
            **values,
        }
    )


def page(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def test_deliveries_are_listed_by_verdict_and_repository(admin_client):
    first, second = deliver(1), deliver(2, repository="octo/other", verdict=Verdict.PING)
    assert str(first.delivery_id) in page(admin_client, "/deliveries?repository=octo/app&verdict=")
    assert str(second.delivery_id) not in page(admin_client, "/deliveries?repository=octo/app")
    assert str(second.delivery_id) in page(admin_client, "/deliveries?verdict=PING")


def test_a_delivery_shows_why_and_what_came(admin_client):
    text = page(admin_client, f"/deliveries/{deliver(headers={'X-GitHub-Event': 'pull_request'}).delivery_id}")
    assert "action not wanted" in text
    assert "&quot;number&quot;: 12" in text
    assert "X-GitHub-Event" in text


@pytest.mark.parametrize("query", ["verdict=GONE", "after=0", "limit=500", "x=1"])
def test_what_cannot_be_asked_is_said(admin_client, query):
    assert admin_client.get(f"/deliveries?{query}").status_code == 400


@pytest.mark.parametrize("delivery_id", [uuid4(), "x", "%00"])
def test_an_unknown_delivery_is_not_found(admin_client, delivery_id):
    assert admin_client.get(f"/deliveries/{delivery_id}").status_code == 404


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 60_000, b"{", b"x" * 200_000])
def test_any_payload_can_be_looked_at(body):
    assert len(readable(body)) <= MOST_SHOWN_BYTES + 1


def test_a_payload_with_markup_is_text(admin_client):
    delivery = deliver(body=b'{"a": "</pre><script>"}')
    text = page(admin_client, f"/deliveries/{delivery.delivery_id}")
    assert "</pre><script>" not in text


def test_reprocessing_needs_a_reason_and_is_kept(admin_client):
    delivery = deliver(event="ping", action="", body=b'{"zen": "Keep it logically awesome."}')
    path = f"/deliveries/{delivery.delivery_id}/reprocess"
    assert "Say why" in admin_client.post(path, {}, follow=True).content.decode()
    assert "Carried out once more" in admin_client.post(path, {"reason": "again"}, follow=True).content.decode()
    assert AuditEntry.objects.get(action="reprocess").reason == "again"


def test_a_viewer_may_not_reprocess(client):
    user = User.objects.create_user("viewer")
    Member.objects.create(user=user, role=Role.VIEWER)
    client.force_login(user)
    delivery = deliver()
    assert "Reprocess …" not in page(client, f"/deliveries/{delivery.delivery_id}")
    assert client.post(f"/deliveries/{delivery.delivery_id}/reprocess", {"reason": "x"}).status_code == 403


def test_another_organization_s_delivery_is_not_there(client):
    user = User.objects.create_user("octo")
    Member.objects.create(user=user, role=Role.OPERATOR, organization="octo")
    client.force_login(user)
    delivery = deliver(repository="other/app")
    assert client.get(f"/deliveries/{delivery.delivery_id}").status_code == 404
    assert str(delivery.delivery_id) not in page(client, "/deliveries")
