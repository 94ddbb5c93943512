"""The deliveries of a webhook, looked back at and sent again over REST, as GitHub has it."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from integrations.github.standin.installations import installation_id
from tests.integrations.github.contract import ContractBroken, check_answer, needs_contract
from tests.integrations.github.registration import signature
from tests.services import wait_until

HOOK = "/repos/octo/app/hooks/1"


@pytest.fixture
def api(standin, transport):
    headers = {"Authorization": f"Bearer {standin.token}"}
    with httpx.Client(base_url=standin.base_url, headers=headers, transport=transport) as client:
        yield client


def items(api, hook=HOOK, **query):
    return api.get(f"{hook}/deliveries", params=query).json()


def test_an_answered_delivery_is_shown_with_its_answer(api, standin, number):
    [item] = items(api)
    delivery = standin.deliveries[0]
    assert item == {
        "id": 1,
        "guid": delivery.id,
        "delivered_at": delivery.sent_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "redelivery": False,
        "duration": pytest.approx(delivery.duration_seconds, abs=0.01),
        "status": "OK",
        "status_code": 202,
        "event": "pull_request",
        "action": "opened",
        "installation_id": installation_id("octo"),
        "repository_id": standin.records.repositories["octo/app"].id,
        "throttled_at": None,
    }


def test_a_refused_and_a_lost_delivery_are_shown_as_failed(api, receiver, standin):
    receiver.status = 503
    standin.ping("octo/app")
    standin.set_weather(webhooks_lost=1.0)
    standin.ping("octo/app")
    assert [(item["status"], item["status_code"], item["action"]) for item in items(api)] == [
        ("failed to connect", 0, None),
        ("Invalid HTTP Response: 503", 503, None),
    ]


def test_a_delivery_that_was_not_answered_in_time_is_shown_as_timed_out(api, receiver, standin):
    standin.hook._http.timeout = 0.1
    receiver.answering.clear()
    standin.ping("octo/app")
    receiver.answering.set()
    assert [(item["status"], item["status_code"]) for item in items(api)] == [("timed out", 0)]


def test_the_list_is_followed_by_its_cursor(api, standin):
    for _ in range(5):
        standin.ping("octo/app")
    page = api.get(f"{HOOK}/deliveries", params={"per_page": 2})
    seen = [item["id"] for item in page.json()]
    while "next" in page.links:
        page = api.get(page.links["next"]["url"])
        seen += [item["id"] for item in page.json()]
    assert seen == [5, 4, 3, 2, 1]
    assert len(page.json()) == 1


def test_a_new_delivery_does_not_move_the_pages_that_were_begun(api, standin):
    for _ in range(3):
        standin.ping("octo/app")
    page = api.get(f"{HOOK}/deliveries", params={"per_page": 2})
    standin.ping("octo/app")
    assert [item["id"] for item in api.get(page.links["next"]["url"]).json()] == [1]


@pytest.mark.parametrize("cursor", ["1", "v1_", "v1_x", "v2_1"])
def test_a_cursor_it_did_not_give_is_refused(api, number, cursor):
    assert api.get(f"{HOOK}/deliveries", params={"cursor": cursor}).status_code == 422


def test_a_redelivery_is_taken_at_once_and_is_an_attempt_of_its_own(api, receiver, standin, number):
    receiver.answering.clear()
    answer = api.post(f"{HOOK}/deliveries/1/attempts")
    assert (answer.status_code, answer.json()) == (202, {})
    receiver.answering.set()
    wait_until(lambda: len(items(api)) == 2, seconds=10, what="the redelivery")
    again, first = items(api)
    assert (again["guid"], again["redelivery"], again["id"]) == (first["guid"], True, 2)
    assert receiver.requests[0] == receiver.requests[1]


@pytest.mark.parametrize("hook", ["/repos/octo/app/hooks/1", "/orgs/octo/hooks/1", "/app/hook"])
def test_it_is_one_hook_by_three_names(api, standin, registered, hook):
    standin.ping("octo/app")
    if hook == "/app/hook":
        api.headers["Authorization"] = f"Bearer {signature(registered.clock())}"
    assert [item["guid"] for item in items(api, hook)] == [standin.deliveries[0].id]
    assert api.post(f"{hook}/deliveries/1/attempts").status_code == 202


def test_a_repository_shows_its_own_deliveries(api, repository, standin, number):
    standin.add_repository("octo/other", repository)
    standin.ping("octo/other")
    assert [item["event"] for item in items(api)] == ["pull_request"]
    assert [item["event"] for item in items(api, "/repos/octo/other/hooks/1")] == ["ping"]
    assert [item["event"] for item in items(api, "/orgs/octo/hooks/1")] == ["ping", "pull_request"]


@pytest.mark.parametrize("hook", ["/repos/octo/app/hooks/2", "/repos/octo/none/hooks/1", "/orgs/none/hooks/1"])
def test_a_hook_that_is_not_there_is_not_found(api, number, hook):
    assert api.get(f"{hook}/deliveries").status_code == 404
    assert api.post(f"{hook}/deliveries/1/attempts").status_code == 404


def test_after_three_days_a_delivery_is_gone(api, standin, number):
    standin.hook.clock = lambda: datetime.now(UTC) + timedelta(days=2, hours=23)
    assert len(items(api)) == 1
    standin.hook.clock = lambda: datetime.now(UTC) + timedelta(days=3)
    assert items(api) == []
    assert api.post(f"{HOOK}/deliveries/1/attempts").status_code == 404


@needs_contract
@pytest.mark.parametrize("hook", [HOOK, "/orgs/octo/hooks/1"])
def test_an_item_is_as_github_describes_it(api, number, hook):
    shown = items(api, hook)
    check_answer("GET", f"{hook}/deliveries", 200, json.dumps(shown).encode())
    del shown[0]["status_code"]
    with pytest.raises(ContractBroken, match="status_code"):
        check_answer("GET", f"{hook}/deliveries", 200, json.dumps(shown).encode())
