"""What the stand-in's weather does to requests and webhooks, and that it does the same again."""

import subprocess

import httpx
import pytest

from integrations.github.errors import GitHubUnavailable, OutcomeUnknown, RateLimited
from integrations.github.standin import StandIn
from integrations.github.standin.weather import Forecast, Weather
from tests.services import wait_until

CHANGEABLE = {
    "failing": 0.1, "primary_limit": 0.1, "secondary_limit": 0.1, "unnamed_limit": 0.1, "dropped": 0.1,
    "unanswered": 0.1, "slow": 0.3, "webhooks_lost": 0.2, "webhooks_doubled": 0.2, "webhooks_late": 0.3,
    "webhooks_slow": 0.3,
}  # fmt: skip


def post(github, number):
    return github.post_review("octo/app", number, head_sha="change", body="Well")


def drawn(weather, count=2000):
    forecast = Forecast()
    forecast.change(weather)
    return [forecast.request() for _ in range(count)], [forecast.webhook() for _ in range(count)]


def test_the_same_seed_gives_the_same_weather():
    first, again, other = (drawn(Weather(seed=seed, **CHANGEABLE)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_requests_and_webhooks_do_not_disturb_each_other():
    forecast = Forecast()
    forecast.change(Weather(seed=7, **CHANGEABLE))
    requests, _ = drawn(Weather(seed=7, **CHANGEABLE), count=100)
    mixed = [(forecast.webhook(), forecast.request())[1] for _ in range(100)]
    assert mixed == requests


def test_each_thing_befalls_its_share():
    requests, webhooks = drawn(Weather(**CHANGEABLE), count=10_000)
    faults = [fate.fault.why for fate in requests if fate.fault]
    shares = {name: faults.count(name) / 10_000 for name in CHANGEABLE if name in faults}
    shares["slow"] = sum(fate.slow_seconds > 0 for fate in requests) / 10_000
    shares["webhooks_lost"] = sum(fate.copies == 0 for fate in webhooks) / 10_000
    shares["webhooks_doubled"] = sum(fate.copies == 2 for fate in webhooks) / 10_000
    shares["webhooks_late"] = sum(fate.late_seconds > 0 for fate in webhooks) / 10_000
    shares["webhooks_slow"] = sum(fate.slow_seconds > 0 for fate in webhooks) / 10_000
    assert shares == pytest.approx(CHANGEABLE, abs=0.02)


def test_a_failure_has_every_form():
    forms = {(fate.fault.status, fate.fault.applied) for fate in drawn(Weather(failing=1.0))[0]}
    assert forms == {(status, applied) for status in (500, 502, 503) for applied in (True, False)}


def test_it_is_fair_by_default():
    requests, webhooks = drawn(Weather(), count=100)
    assert {fate.fault for fate in requests} == {None}
    assert {fate.copies for fate in webhooks} == {1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"failing": 1.1},
        {"slow": -0.1},
        {"failing": 0.6, "dropped": 0.6},
        {"down": "maybe"},
        {"rain": 1},
        {"slow": "x"},
    ],
)
def test_weather_that_cannot_be_is_refused(standin, wrong):
    answer = httpx.post(
        f"{standin.git_url}/standin/do",
        json={"verb": "set_weather", "arguments": wrong},
        headers={"Authorization": f"Bearer {standin.token}"},
    )
    assert answer.status_code == 422


def test_a_write_without_an_answer_was_applied_once(github, standin, number):
    standin.set_weather(unanswered=1.0)
    with pytest.raises(OutcomeUnknown):
        post(github, number)
    standin.set_weather()
    assert [review.body for review in github.list_reviews("octo/app", number)] == ["Well"]
    assert [(write.status, write.applied) for write in standin.writes] == [(None, True)]


def test_a_dropped_write_was_not_applied(github, standin, number):
    standin.set_weather(dropped=1.0)
    with pytest.raises(OutcomeUnknown):
        post(github, number)
    assert [(write.status, write.applied) for write in standin.writes] == [(None, False)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("limit", ["primary_limit", "secondary_limit", "unnamed_limit"])
def test_a_limit_is_read_as_one(github, standin, number, limit, seed):
    standin.set_weather(seed=seed, limit_seconds=120, **{limit: 1.0})
    with pytest.raises(RateLimited) as limited:
        post(github, number)
    expected = 60 if limit == "unnamed_limit" else pytest.approx(120, abs=5)
    assert limited.value.retry_after == expected
    assert standin.reviews("octo/app", number) == []


@pytest.mark.parametrize("down", ["refusing", "dropping"])
def test_when_it_is_down_nothing_is_answered(github, standin, number, down):
    standin.set_weather(down=down)
    with pytest.raises(GitHubUnavailable):
        github.pull_request("octo/app", number)
    assert not answers_git(standin)
    standin.set_weather()
    assert answers_git(standin)


def answers_git(standin):
    command = ["git", "ls-remote", f"{standin.git_url}/octo/app.git", "HEAD"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_slow_answer_is_done_at_once_and_holds_up_nobody_else(standin, number):
    standin.set_weather(slow=1.0, slow_seconds=60)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{standin.base_url}/repos/octo/app/issues/{number}/comments",
            json={"body": "Hello"},
            headers={"Authorization": f"Bearer {standin.token}"},
            timeout=httpx.Timeout(5, read=0.1),
        )
    wait_until(lambda: len(standin.records.issue_comments) == 1, seconds=10, what="the comment")
    assert standin.records.lock.acquire(timeout=10)
    standin.records.lock.release()


def test_an_ordered_fault_comes_before_the_weather(github, standin, number):
    standin.set_weather(dropped=1.0)
    standin.fail_next("POST", "/reviews$", status=422)
    with pytest.raises(Exception, match="422"):
        post(github, number)


def test_a_doubled_webhook_arrives_twice_at_once(receiver, hasty):
    hasty.set_weather(webhooks_doubled=1.0)
    receiver.answering.clear()
    hasty.ping("octo/app")
    wait_until(lambda: len(receiver.requests) == 2, seconds=10, what="the arrival of both while none is answered")
    receiver.answering.set()
    assert receiver.requests[0] == receiver.requests[1]


def test_a_verb_that_waits_waits_for_both_copies(standin):
    standin.set_weather(webhooks_doubled=1.0)
    standin.ping("octo/app")
    assert sorted(delivery.attempt_id for delivery in standin.deliveries) == [1, 2]


def test_a_lost_webhook_is_never_sent_and_shown_as_failed(receiver, standin):
    standin.set_weather(webhooks_lost=1.0)
    assert standin.ping("octo/app").outcome == "failed to connect"
    assert receiver.requests == []


def test_late_webhooks_do_not_keep_their_order(receiver, hasty):
    hasty.set_weather(webhooks_late=1.0, late_seconds=0.5)
    sent = [hasty.ping("octo/app").id for _ in range(12)]
    wait_until(lambda: len(receiver.requests) == 12, seconds=20, what="the arrival of all")
    arrived = [headers["X-GitHub-Delivery"] for headers, _ in receiver.requests]
    assert sorted(arrived) == sorted(sent)
    assert arrived != sent


def test_a_late_webhook_does_not_hold_up_the_end(repository, receiver):
    with StandIn({"octo/app": repository}, webhook_url=receiver.url, waits=False) as standin:
        standin.set_weather(webhooks_late=1.0, late_seconds=10_000)
        standin.ping("octo/app")
    assert receiver.requests == []


def test_a_slow_webhook_arrives_whole(receiver, standin):
    standin.set_weather(webhooks_slow=1.0, slow_seconds=0.5)
    delivery = standin.ping("octo/app")
    [(headers, body)] = receiver.requests
    assert (body, headers["Content-Length"]) == (delivery.body, str(len(delivery.body)))
    assert "Transfer-Encoding" not in headers
    assert delivery.duration_seconds >= 0.5
