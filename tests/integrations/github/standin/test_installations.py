"""The App that may be registered with the stand-in: how it proves itself, and what its tokens may do.

Every answer is held to GitHub's description, save that of DELETE /installation/token, which the description at hand
lacks: its documented shape is a 204 with nothing in it.
"""

from datetime import timedelta

import httpx
import pytest

from tests.integrations.github.contract import ContractTransport, needs_contract
from tests.integrations.github.registration import APP_ID, signature

pytestmark = needs_contract

INSTALLATION, HOOK = "/repos/octo/app/installation", "/app/hook/deliveries"


@pytest.fixture
def api(standin, registered):
    with httpx.Client(base_url=standin.base_url, transport=ContractTransport("/api/v3")) as client:
        yield client


@pytest.fixture
def signed(clock):
    return lambda **changed: signature(clock(), **changed)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def make(api, signed):
    """Ask for a token, narrowed to this."""

    def made(**narrowed):
        number = api.get(INSTALLATION, headers=bearer(signed())).json()["id"]
        return api.post(f"/app/installations/{number}/access_tokens", json=narrowed, headers=bearer(signed()))

    return made


def test_the_app_finds_where_it_is_installed(api, signed):
    found = api.get(INSTALLATION, headers=bearer(signed())).json()
    assert (found["account"]["login"], found["app_id"], found["suspended_at"]) == ("octo", int(APP_ID), None)


def test_a_token_says_what_it_may_do_and_for_how_long(make, clock):
    made = make(repositories=["app"], permissions={"contents": "read"})
    given = made.json()
    assert (made.status_code, given["permissions"]) == (201, {"contents": "read"})
    assert [repository["full_name"] for repository in given["repositories"]] == ["octo/app"]
    assert given["expires_at"] == (clock() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_token_that_was_not_narrowed_has_all_there_is(make, repository, standin, registered):
    standin.add_repository("octo/other", repository)
    standin.add_repository("evil/app", repository)
    given = make().json()
    assert [repository["full_name"] for repository in given["repositories"]] == ["octo/app", "octo/other"]
    assert given["permissions"] == registered.by_owner["octo"].permissions


@pytest.mark.parametrize(
    "narrowed",
    [
        {"repositories": ["none"]},
        {"permissions": {"contents": "write"}},
        {"permissions": {"administration": "read"}},
        {"repositories": ["app"], "permissions": {"contents": "read", "issues": "write"}},
    ],
)
def test_a_token_for_more_than_was_granted_is_refused(make, registered, narrowed):
    assert make(**narrowed).status_code == 422
    assert registered.tokens == {}


@pytest.fixture
def other(repository, standin, number):
    """A repository of the same installation, with a pull request of its own."""
    standin.add_repository("octo/other", repository)
    standin.open_pull_request("octo/other", base="main", head="change", title="T")


@pytest.mark.usefixtures("other")
@pytest.mark.parametrize(
    ("permissions", "call", "status"),
    [
        ({"pull_requests": "read"}, "GET /repos/octo/app/pulls/1", 200),
        ({"pull_requests": "write"}, "GET /repos/octo/app/pulls/1", 200),
        ({"contents": "read"}, "GET /repos/octo/app/pulls/1", 403),
        ({"pull_requests": "read"}, "POST /repos/octo/app/pulls/1/reviews", 403),
        ({"pull_requests": "write"}, "POST /repos/octo/app/pulls/1/reviews", 200),
        ({"pull_requests": "write"}, "GET /repos/octo/other/pulls/1", 404),
        ({"pull_requests": "write"}, f"GET {INSTALLATION}", 401),
        ({"pull_requests": "write"}, f"GET {HOOK}", 401),
    ],
)
def test_a_token_may_do_what_it_was_narrowed_to(api, make, permissions, call, status):
    token = make(repositories=["app"], permissions=permissions).json()["token"]
    method, _, path = call.partition(" ")
    body = {"json": {"body": "B", "event": "COMMENT"}} if method == "POST" else {}
    assert api.request(method, path, headers=bearer(token), **body).status_code == status


@pytest.mark.usefixtures("number")
@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (60, 401)])
def test_a_token_lasts_an_hour(api, make, clock, minutes, status):
    token = make().json()["token"]
    clock.pass_by(minutes=minutes)
    assert api.get("/repos/octo/app/pulls/1", headers=bearer(token)).status_code == status


def test_a_revoked_token_is_none_any_more(api, make, number):
    kept, token = make().json()["token"], make().json()["token"]
    gone = api.delete("/installation/token", headers=bearer(token))
    assert (gone.status_code, gone.content) == (204, b"")
    assert api.get(f"/repos/octo/app/pulls/{number}", headers=bearer(token)).status_code == 401
    assert api.delete("/installation/token", headers=bearer(token)).status_code == 401
    assert api.get(f"/repos/octo/app/pulls/{number}", headers=bearer(kept)).status_code == 200


def test_only_a_token_of_an_app_can_be_revoked(api, standin, signed):
    assert api.delete("/installation/token", headers=bearer(standin.token)).status_code == 403
    assert api.delete("/installation/token", headers=bearer(signed())).status_code == 401


def test_a_suspended_installation_gives_no_token_and_takes_none(api, make, registered, number):
    token = make().json()["token"]
    registered.suspend("octo")
    assert make().status_code == 403
    assert api.get(f"/repos/octo/app/pulls/{number}", headers=bearer(token)).status_code == 403


def test_where_the_app_was_uninstalled_it_is_not_found_and_its_tokens_are_gone(api, make, signed, registered, number):
    token = make().json()["token"]
    gone = registered.by_owner["octo"].id
    registered.uninstall("octo")
    assert api.get(INSTALLATION, headers=bearer(signed())).status_code == 404
    assert api.post(f"/app/installations/{gone}/access_tokens", json={}, headers=bearer(signed())).status_code == 404
    assert api.get(f"/repos/octo/app/pulls/{number}", headers=bearer(token)).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "8"}, {"iss": None}, {"exp": None}, {"iat": None}, {"minutes": 11}, {"minutes": -1}, {"ahead": 30},
        {"key": "a secret of thirty-two characters", "algorithm": "HS256"},
    ],
)  # fmt: skip
def test_a_signature_that_github_would_refuse_is_refused(api, signed, clock, claims):
    if "minutes" in claims:
        claims = {"exp": clock() + timedelta(minutes=claims["minutes"])}
    elif "ahead" in claims:
        claims = {"iat": clock() + timedelta(seconds=claims["ahead"])}
    assert api.get(INSTALLATION, headers=bearer(signed(**claims))).status_code == 401


def test_the_app_itself_does_nothing_in_a_repository(api, signed, number):
    assert api.get(f"/repos/octo/app/pulls/{number}", headers=bearer(signed())).status_code == 401


@pytest.mark.parametrize("path", [INSTALLATION, HOOK])
def test_a_person_is_no_app(api, standin, path):
    assert api.get(path, headers=bearer(standin.token)).status_code == 401


def test_a_webhook_names_the_installation(api, signed, standin, number):
    found = api.get(INSTALLATION, headers=bearer(signed())).json()["id"]
    [delivery] = api.get(HOOK, headers=bearer(signed())).json()
    assert delivery["installation_id"] == found
