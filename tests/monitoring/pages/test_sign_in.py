import pytest
from django.contrib.auth.models import User

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
