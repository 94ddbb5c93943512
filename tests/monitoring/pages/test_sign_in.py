import base64
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return User.objects.create_superuser("ada", password="lovelace")


def sign_in(client, **values):
    return client.post("/sign-in", {"username": "ada", "password": "lovelace", **values})


def test_signing_in_leads_where_one_wanted_to_go(client, ada):
    assert sign_in(client, next="/queues")["Location"] == "/queues"
    assert client.get("/queues").status_code == 200


def test_signing_in_leads_to_the_overview_otherwise(client, ada):
    assert sign_in(client)["Location"] == "/"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_elsewhere(client, ada, target):
    assert sign_in(client, next=target)["Location"] == "/"


def test_a_wrong_password_is_said_and_the_name_kept(client, ada):
    page = sign_in(client, password="x").content.decode()
    assert 'role="alert"' in page
    assert 'value="ada"' in page
    assert 'value="x"' not in page


def test_a_name_that_is_markup_is_shown_as_text(client):
    page = sign_in(client, username='"><script>').content.decode()
    assert "&quot;&gt;&lt;script&gt;" in page


def test_signing_out_ends_the_session(client, ada):
    sign_in(client)
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/").status_code == 302


def test_a_link_signs_nobody_out(client, ada):
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert client.get("/").status_code == 200


def guess(client, times=settings.AXES_FAILURE_LIMIT, **values):
    return [sign_in(client, password=f"guess {number}", **values).status_code for number in range(times)]


def test_who_guesses_too_often_is_not_let_in_with_the_right_password_either(client, ada):
    assert guess(client)[:-1] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
    answer = sign_in(client)
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Too many tries" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_the_same_holds_for_the_admin_and_for_basic_authentication(client, ada):
    guess(client)
    assert client.post("/admin/login/", {"username": "ada", "password": "lovelace"}).status_code == 429
    given = base64.b64encode(b"ada:lovelace").decode()
    assert client.get("/metrics", headers={"Authorization": f"Basic {given}"}).status_code in {401, 403, 429}


def test_others_and_those_elsewhere_still_come_in(client, ada):
    User.objects.create_superuser("grace", password="hopper")
    guess(client)
    assert sign_in(client, username="grace", password="hopper").status_code == 302
    away = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post("/sign-in", {"username": "ada", "password": "lovelace"}, **away).status_code == 302


def test_after_a_quarter_of_an_hour_one_may_try_again(client, ada):
    guess(client)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(client).status_code == 302


def test_no_password_is_kept_of_a_guess(client, ada):
    sign_in(client, password="not to be kept")
    assert "not to be kept" not in str(AccessAttempt.objects.values().get())
