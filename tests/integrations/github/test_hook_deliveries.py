"""Looking back at a webhook's deliveries and asking for one again, against the stand-in and against a played GitHub.

Where GitHub's description is there, the stand-in's answers are held against it.
"""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from integrations.github.client import MAX_HOOK_PAGES
from integrations.github.errors import AnswerTooLarge, NotFound, OutcomeUnknown, PayloadShapeUnexpected
from integrations.github.types import HookDelivery
from tests.integrations.github.played import github_played_by
from tests.services import wait_until

HOOK = "repos/octo/app/hooks/1"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def listed(github, hook=HOOK, since=LONG_AGO):
    return list(github.hook_deliveries(hook, since=since))


@pytest.mark.parametrize("hook", [HOOK, "orgs/octo/hooks/1"])
def test_a_delivery_tells_what_became_of_it(github, receiver, standin, number, hook):
    receiver.status = 503
    standin.redeliver(standin.deliveries[0].id)
    failed, arrived = listed(github, hook)
    assert (arrived.succeeded, arrived.status, arrived.status_code, arrived.redelivery) == (True, "OK", 202, False)
    assert (failed.succeeded, failed.status_code, failed.redelivery) == (False, 503, True)
    assert failed.guid == arrived.guid == UUID(standin.deliveries[0].id)
    assert (arrived.event, arrived.action) == ("pull_request", "opened")
    assert arrived.repository_id == standin.records.repositories["octo/app"].id


def test_all_pages_are_read_newest_first(github, standin):
    standin.set_weather(webhooks_lost=1.0)
    for _ in range(230):
        standin.ping("octo/app")
    assert [delivery.id for delivery in listed(github)] == list(range(230, 0, -1))


def test_a_delivery_before_the_instant_is_left_out(github, standin):
    standin.hook.clock = lambda: datetime.now(UTC) - timedelta(hours=1)
    standin.ping("octo/app")
    standin.hook.clock = lambda: datetime.now(UTC)
    recent = standin.ping("octo/app")
    assert [delivery.guid for delivery in listed(github, since=recent.sent_at)] == [UUID(recent.id)]


def test_a_failed_delivery_is_sent_again_under_its_guid(github, receiver, standin):
    receiver.status = 503
    standin.ping("octo/app")
    receiver.status = 202
    [failed] = listed(github)
    github.redeliver(HOOK, failed.id)
    wait_until(lambda: len(listed(github)) == 2, seconds=10, what="the redelivery")
    again = listed(github)[0]
    assert (again.guid, again.redelivery, again.succeeded) == (failed.guid, True, True)


def test_what_is_gone_is_not_found(github, number):
    with pytest.raises(NotFound):
        github.redeliver(HOOK, 99)
    with pytest.raises(NotFound):
        listed(github, "repos/octo/app/hooks/2")


def test_a_redelivery_whose_answer_is_lost_is_unknown(github, standin, number):
    standin.fail_next("POST", "/attempts$", applied=True)
    with pytest.raises(OutcomeUnknown):
        github.redeliver(HOOK, 1)
    wait_until(lambda: len(standin.deliveries) == 2, seconds=10, what="the redelivery")


@pytest.mark.parametrize(
    "hook",
    [
        "", "/app/hook", "app/hook/", "app/hook/deliveries", "app/hooks/1", "repos/octo/app/hooks/0", "hooks/1",
        "repos/octo/app/hooks/1?x=1", "repos/octo/app/hooks/x", "repos/octo/../hooks/1", "repos/../app/hooks/1",
        "repos/octo/hooks/1", "orgs/octo/app/hooks/1", "orgs/../hooks/1", "repos/octo/app/hooks/1\n",
        "repos/octo/app/hooks/١", "users/octo/hooks/1", "https://evil.test/app/hook",
    ],
)  # fmt: skip
def test_only_a_hooks_path_becomes_a_path(github, hook):
    with pytest.raises(ValueError, match="webhook's path"):
        listed(github, hook)
    with pytest.raises(ValueError, match="webhook's path"):
        github.redeliver(hook, 1)


def item(number, delivered_at=NOON):
    return {
        "id": number,
        "guid": str(UUID(int=number)),
        "delivered_at": delivered_at.isoformat(),
        "status": "OK",
        "status_code": 200,
        "event": "ping",
    }


def page(*items, link=""):
    return httpx.Response(200, headers={"Link": link}, stream=httpx.ByteStream(json.dumps(items).encode()))


def test_the_cursor_is_taken_from_the_link_and_the_link_is_never_followed():
    link = '<https://evil.test/x?per_page=1&cursor=v1_7%2B>; rel="next", <https://evil.test/y?cursor=no>; rel="prev"'
    github, played = github_played_by(page(item(8), link=link), page(item(7)))
    assert [delivery.id for delivery in listed(github)] == [8, 7]
    assert [(asked.url.host, asked.url.params.get("cursor")) for asked in played.asked] == [
        ("api.github.test", None),
        ("api.github.test", "v1_7+"),
    ]
    assert played.asked[1].url.path == f"/{HOOK}/deliveries"


def test_the_first_page_that_has_an_older_delivery_is_the_last():
    link = '<https://x.test/?cursor=v1_1>; rel="next"'
    older = NOON - timedelta(seconds=1)
    github, played = github_played_by(page(item(3), link=link), page(item(2), item(1, older), link=link))
    assert [delivery.id for delivery in listed(github, since=NOON)] == [3, 2]
    assert len(played.asked) == 2


def test_a_delivery_within_the_second_is_not_left_out():
    github, _ = github_played_by(page(item(1)))
    assert len(listed(github, since=NOON + timedelta(milliseconds=900))) == 1


def test_pages_are_read_as_they_are_taken():
    github, played = github_played_by(page(item(2), link='<https://x.test/?cursor=v1_1>; rel="next"'), page(item(1)))
    assert next(github.hook_deliveries(HOOK, since=LONG_AGO)).id == 2
    assert len(played.asked) == 1


def test_deliveries_without_end_are_given_up_after_what_there_is():
    link = '<https://x.test/?cursor=v1_1>; rel="next"'
    github, _ = github_played_by(*[page(item(number), link=link) for number in range(1, MAX_HOOK_PAGES + 1)])
    taken = []
    with pytest.raises(AnswerTooLarge):
        taken.extend(delivery.id for delivery in github.hook_deliveries(HOOK, since=LONG_AGO))
    assert taken == list(range(1, MAX_HOOK_PAGES + 1))


@pytest.mark.parametrize("instant", ["2026-01-01T12:00:00", "yesterday", 7, None])
def test_an_instant_has_its_zone(instant):
    with pytest.raises(PayloadShapeUnexpected, match="delivered_at"):
        HookDelivery.from_payload(item(1) | {"delivered_at": instant})


@pytest.mark.parametrize(
    "malformed",
    [{"guid": "72d3162e"}, {"guid": None}, {"id": 0}, {"id": 2**63}, {"id": "1"}, {"status": 7}, {"delivered_at": ""}],
)
def test_an_item_that_cannot_be_read_hides_no_other(malformed):
    github, _ = github_played_by(page(item(3), item(2) | malformed, None, [], item(1)))
    assert [delivery.id for delivery in listed(github)] == [3, 1]


@pytest.mark.parametrize("repository_id", [None, "7", -7, 2**63, True])
def test_a_repository_that_has_no_id_is_unknown(repository_id):
    assert HookDelivery.from_payload(item(1) | {"repository_id": repository_id}).repository_id is None


def test_a_redelivery_is_asked_for_without_a_body():
    github, played = github_played_by(httpx.Response(202, stream=httpx.ByteStream(b"")))
    github.redeliver("orgs/octo/hooks/2", 17)
    assert (played.asked[0].method, played.asked[0].url.path, played.asked[0].read()) == (
        "POST",
        "/orgs/octo/hooks/2/deliveries/17/attempts",
        b"",
    )
