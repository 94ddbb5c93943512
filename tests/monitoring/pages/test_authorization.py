"""Every address of the dashboard, every caller: the table is made from the addresses themselves."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from monitoring.models import Member, Role
from monitoring.pages.urls import urlpatterns
from tests.monitoring.pages.story import lived

pytestmark = pytest.mark.django_db

#: For everybody, or not a page.
OPEN = {"sign-in", "sign-out", "csp-report"}
NAMES = [pattern.name for pattern in urlpatterns if pattern.name not in OPEN]
POSTS = {"job-cancel", "job-retry", "delivery-reprocess", "queue-pause", "queue-resume"}
#: Pages that only those see who may do what is asked there.
FORMS = {"bulk-cancel", "bulk-retry"}
OF_ONE = {"job", "job-cancel", "job-retry", "delivery", "delivery-reprocess", "lineage"}
#: They show what belongs to all organizations together.
EVERYBODYS = {"queues", "queue-pause", "queue-resume", "workers", "schedules", "health", "health-dot"}


@pytest.fixture
def ask() -> Any:
    story = lived(owner="acme")

    def send(client: Client, name: str, **headers: str) -> Any:
        of = {
            "job": [story.review.id],
            "delivery": [story.id],
            "lineage": [story.id],
            "insights-csv": ["post"],
            "queue": [story.review.queue],
        }
        address = reverse(f"pages:{name}", args=of.get(name.partition("-")[0] if name in POSTS else name, []))
        if name in POSTS:
            return client.post(address, headers=headers)
        return client.get(address, {"status": "FAILED"} if name in FORMS else {}, headers=headers)

    return send


def of_role(role: str, organization: str = "") -> Client:
    user = User.objects.create_user(f"{role}-{organization}")
    Member.objects.create(user=user, role=role, organization=organization)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", NAMES)
def test_without_signing_in_every_address_leads_to_doing_so(ask, name):
    answer = ask(Client(), name)
    assert (answer.status_code, answer["Location"].startswith("/sign-in?next=")) == (302, True)


@pytest.mark.parametrize("name", NAMES)
def test_a_header_that_asks_for_a_part_of_a_page_is_no_way_around(ask, name):
    assert ask(Client(), name, **{"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize("name", NAMES)
def test_who_has_no_role_sees_nothing(ask, name):
    client = Client()
    client.force_login(User.objects.create_user("visitor", is_staff=True))
    assert ask(client, name).status_code == 403


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", NAMES)
def test_a_role_sees_every_page_and_only_some_steer(ask, role, name):
    refused = name in POSTS | FORMS and role == Role.VIEWER
    assert ask(of_role(role), name).status_code == (403 if refused else 302 if name in POSTS else 200)


@pytest.mark.parametrize("name", sorted(OF_ONE))
def test_another_organization_s_row_is_not_there(ask, name):
    assert ask(of_role(Role.OPERATOR, "octo"), name).status_code == 404
    assert ask(of_role(Role.OPERATOR, "acme"), name).status_code in {200, 302}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_ONE | EVERYBODYS])
def test_no_other_page_shows_another_organization_s_rows(ask, name):
    text = ask(of_role(Role.OPERATOR, "octo"), name).getvalue().decode()
    assert "acme" not in text


@pytest.mark.parametrize("name", sorted(EVERYBODYS))
def test_what_is_everybodys_is_for_those_who_are_of_none(ask, name):
    assert ask(of_role(Role.ADMIN, "acme"), name).status_code == 403
