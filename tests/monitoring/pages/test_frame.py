import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from monitoring.pages.frame import PLACES

pytestmark = pytest.mark.django_db
POLL = {"HX-Request": "true"}
PATHS = [*(place.name for place in PLACES), "health", "health/dot"]


def address(name: str) -> str:
    return "/" if name == "overview" else f"/{name}"


@pytest.mark.parametrize("name", PATHS)
def test_nobody_sees_a_page_without_signing_in(client, name):
    answer = client.get(address(name))
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in?next={address(name)}")


@pytest.mark.parametrize("name", PATHS)
def test_a_poll_is_no_way_around_signing_in(client, name):
    assert client.get(address(name), headers=POLL).status_code == 401


@pytest.mark.parametrize("name", PATHS)
def test_who_has_no_role_is_told_so_in_words(client, name):
    client.force_login(User.objects.create_user("visitor"))
    answer = client.get(address(name))
    assert answer.status_code == 403
    assert "visitor may not do this" in answer.content.decode()


@pytest.mark.parametrize("name", PATHS)
def test_a_page_is_read_and_nothing_else(admin_client, name):
    assert admin_client.post(address(name)).status_code == 405


@pytest.mark.parametrize("name", PATHS)
def test_a_page_takes_eight_queries_at_most(admin_client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert admin_client.get(address(name)).status_code == 200


def test_the_page_that_is_open_is_marked(admin_client):
    page = admin_client.get("/queues").content.decode()
    assert re.findall(r'<a href="([^"]*)"[^>]* aria-current="page"', page) == ["/queues"]


def test_a_poll_gets_the_live_part_alone(admin_client):
    part = admin_client.get("/workers", headers=POLL).content.decode()
    assert "<html" not in part
    assert part in admin_client.get("/workers").content.decode()


def test_a_poll_that_knows_the_page_gets_nothing(admin_client):
    etag = admin_client.get("/queues", headers=POLL)["ETag"]
    answer = admin_client.get("/queues", headers={**POLL, "If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_the_page_says_which_state_it_shows(admin_client):
    etag = admin_client.get("/queues", headers=POLL)["ETag"].replace('"', "&quot;")
    assert f'data-etag="{etag}"' in admin_client.get("/queues").content.decode()


def test_something_new_is_sent_to_a_poll(admin_client):
    etag = admin_client.get("/queues", headers=POLL)["ETag"]
    enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None)
    assert admin_client.get("/queues", headers={**POLL, "If-None-Match": etag}).status_code == 200


def test_time_that_passes_is_nothing_new(admin_client, monkeypatch):
    job = enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None).job
    WorkflowJob.objects.filter(id=job.id).update(due_at=timezone.now() - timedelta(minutes=2))
    first = admin_client.get("/queues", headers=POLL)
    later = timezone.now() + timedelta(minutes=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    second = admin_client.get("/queues", headers=POLL)
    assert "2 m" in first.content.decode()
    assert "5 m" in second.content.decode()
    assert first["ETag"] == second["ETag"]


def test_only_what_is_configured_is_linked_to(admin_client, settings):
    page = admin_client.get("/").content.decode()
    assert "Admin" in page
    assert "Flower" not in page
    settings.FLOWER_URL = "https://flower.example.com/"
    assert 'href="https://flower.example.com/"' in admin_client.get("/").content.decode()


def test_the_environment_stands_beside_the_name(admin_client, settings):
    settings.ENVIRONMENT = "staging"
    assert '<span class="chip environment">staging</span>' in admin_client.get("/").content.decode()


def test_the_dot_sums_up_health(admin_client, known):
    assert "Checking" in admin_client.get("/").content.decode()
    known()
    assert "All well" in admin_client.get("/health/dot").content.decode()
    known(dispatch="messages are not published", start="due jobs are not started")
    assert "2 checks fail" in admin_client.get("/health/dot").content.decode()


def test_an_unknown_page_says_so_in_the_house_s_style(client):
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert "Nothing has this address." in answer.content.decode()
