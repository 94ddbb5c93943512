"""Acting as a GitHub App, against the stand-in; what no server of ours would say is played.

Where GitHub's description is there, all traffic is held against it. The description at hand lacks DELETE
/installation/token; it is held against the documented shape: no body, answered 204 with none.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import httpx
import jwt
import pytest

from integrations.git.errors import GitFailed
from integrations.git.mirror import open_mirror
from integrations.github.app import App
from integrations.github.client import GitHub
from integrations.github.connection import LATEST_SEND_SECONDS
from integrations.github.errors import (
    AppNotInstalled,
    CredentialsRefused,
    Forbidden,
    GitHubUnavailable,
    InstallationSuspended,
    NewTokenRefused,
    RateLimited,
    TokenNotGranted,
)
from integrations.github.standin.installations import installation_id
from integrations.github.types import ReviewComment
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY, new_key, pem

TOKENS = "/access_tokens$"


def asked_for(standin):
    """What each token was asked for, in turn."""
    return [write.body for write in standin.writes if write.path.endswith("/access_tokens")]


def head(standin, number):
    return standin.records.pulls["octo/app", number].head_sha


def post(github, standin, number):
    return github.post_review("octo/app", number, head_sha=head(standin, number), body="B")


class TestATokenOfTheApp:
    def test_may_do_all_that_a_review_needs(self, github_of_app, standin, number):
        sha = head(standin, number)
        assert github_of_app.pull_request("octo/app", number).head_sha == sha
        run = github_of_app.create_check_run("octo/app", name="Kodus", head_sha=sha)
        github_of_app.update_check_run("octo/app", run.id, status="completed", conclusion="neutral")
        comments = [ReviewComment("long.py", 10, "Ten?")]
        review = github_of_app.post_review("octo/app", number, head_sha=sha, body="B", comments=comments)
        assert github_of_app.list_reviews("octo/app", number) == [review]
        assert len(github_of_app.list_review_comments("octo/app", number, review.id)) == 1
        assert github_of_app.list_check_runs("octo/app", sha, "Kodus")[0].conclusion == "neutral"

    def test_is_narrowed_to_its_repository_and_its_use(self, github_of_app, app, standin, number):
        github_of_app.pull_request("octo/app", number)
        app.git_token("octo/app")
        assert asked_for(standin) == [
            {
                "repositories": ["app"],
                "permissions": {"checks": "write", "metadata": "read", "pull_requests": "write"},
            },
            {"repositories": ["app"], "permissions": {"contents": "read", "metadata": "read"}},
        ]

    def test_is_another_one_for_each_repository(self, github_of_app, repository, standin, number):
        standin.add_repository("octo/other", repository)
        other = standin.open_pull_request("octo/other", base="main", head="change", title="T")
        github_of_app.pull_request("octo/app", number)
        github_of_app.pull_request("octo/other", other)
        assert [asked["repositories"] for asked in asked_for(standin)] == [["app"], ["other"]]

    def test_is_asked_for_once(self, github_of_app, standin, number):
        for _ in range(3):
            github_of_app.pull_request("octo/app", number)
        assert len(asked_for(standin)) == 1

    def test_is_asked_for_once_by_many_threads(self, app, standin):
        together = Barrier(8)

        def take(_):
            together.wait()
            return app.git_token("octo/app")

        with ThreadPoolExecutor(8) as threads:
            tokens = set(threads.map(take, range(8)))
        assert (len(tokens), len(asked_for(standin))) == (1, 1)

    @pytest.mark.parametrize(("minutes", "asked"), [(49, 1), (51, 2), (61, 2)])
    def test_is_made_anew_some_minutes_before_it_expires(self, github_of_app, standin, number, minutes, asked):
        github_of_app.pull_request("octo/app", number)
        standin.installations.clock.pass_by(minutes=minutes)
        assert github_of_app.pull_request("octo/app", number).number == number
        assert len(asked_for(standin)) == asked

    def test_that_is_refused_is_replaced_once(self, github_of_app, standin, registered, number):
        github_of_app.pull_request("octo/app", number)
        registered.tokens.clear()
        assert github_of_app.pull_request("octo/app", number).number == number
        assert len(asked_for(standin)) == 2

    def test_that_is_refused_leaves_the_write_to_be_sent_with_the_next(
        self, github_of_app, standin, registered, number
    ):
        github_of_app.pull_request("octo/app", number)
        registered.tokens.clear()
        looked = []
        github_of_app.post_review(
            "octo/app", number, head_sha=head(standin, number), body="B", before_send=lambda: looked.append(1)
        )
        assert len(standin.reviews("octo/app", number)) == 1
        assert len(looked) == 2

    def test_that_is_refused_takes_gits_with_it(self, github_of_app, app, registered, number):
        github_of_app.pull_request("octo/app", number)
        before = app.git_token("octo/app")
        registered.tokens.clear()
        github_of_app.pull_request("octo/app", number)
        assert app.git_token("octo/app") != before

    def test_that_is_refused_although_it_is_new_may_be_accepted_later(self, github_of_app, standin, number):
        for _ in range(2):
            standin.fail_next("GET", f"/pulls/{number}$", status=401)
        with pytest.raises(NewTokenRefused) as refused:
            github_of_app.pull_request("octo/app", number)
        assert not refused.value.permanent
        assert len(asked_for(standin)) == 2

    def test_lets_git_fetch_and_nothing_else(self, app, repository, standin, number, tmp_path):
        standin.add_repository("octo/app", repository, private=True)
        token = app.git_token("octo/app")
        mirror = open_mirror(tmp_path / "mirrors", "octo/app", f"{standin.git_url}/octo/app.git", token=token)
        mirror.fetch(head(standin, number))
        assert mirror.has(head(standin, number))
        with GitHub(standin.base_url, token) as github, pytest.raises(Forbidden):
            github.pull_request("octo/app", number)

    def test_that_posts_reviews_reads_no_code(self, app, repository, standin, number, tmp_path):
        standin.add_repository("octo/app", repository, private=True)
        token = app.bearer_for(f"/repos/octo/app/pulls/{number}").token
        mirror = open_mirror(tmp_path / "mirrors", "octo/app", f"{standin.git_url}/octo/app.git", token=token)
        with pytest.raises(GitFailed):
            mirror.fetch(head(standin, number))


class TestTheAppItself:
    def test_signs_for_less_than_ten_minutes_and_from_a_minute_ago(self, app, clock):
        signed = app.bearer_for("/app/hook/deliveries").token
        claims = jwt.decode(signed, PUBLIC_KEY, algorithms=["RS256"])
        now = int(clock().timestamp())
        assert (claims["iss"], claims["iat"]) == (APP_ID, now - 60)
        assert now < claims["exp"] < now + 600

    def test_looks_after_its_own_webhook(self, github_of_app, standin, number):
        [delivery] = github_of_app.hook_deliveries("app/hook", since=datetime(2020, 1, 1, tzinfo=UTC))
        github_of_app.redeliver("app/hook", delivery.id)
        assert asked_for(standin) == []

    def test_looks_after_no_other(self, github_of_app):
        with pytest.raises(Forbidden, match="app/hook"):
            github_of_app.redeliver("orgs/octo/hooks/1", 1)

    def test_with_another_key_is_refused_and_not_asked_to_try_again(self, standin, registered, number):
        key = pem(new_key())
        with pytest.raises(CredentialsRefused) as refused:
            GitHub(standin.base_url, App(standin.base_url, APP_ID, key)).pull_request("octo/app", number)
        assert refused.value.permanent


class TestWithoutAToken:
    def test_where_it_is_not_installed_that_is_said_for_good(self, github_of_app, standin, registered, number):
        registered.uninstall("octo")
        with pytest.raises(AppNotInstalled, match="not installed") as refused:
            github_of_app.pull_request("octo/app", number)
        assert refused.value.permanent

    def test_that_it_was_uninstalled_in_the_same_moment_is_said_too(self, github_of_app, standin, number):
        standin.fail_next("POST", TOKENS, status=404)
        with pytest.raises(AppNotInstalled):
            github_of_app.pull_request("octo/app", number)

    def test_that_it_was_uninstalled_after_the_last_token_is_said_too(self, github_of_app, registered, number):
        github_of_app.pull_request("octo/app", number)
        registered.uninstall("octo")
        with pytest.raises(AppNotInstalled):
            github_of_app.pull_request("octo/app", number)

    def test_where_it_is_suspended_that_is_said_for_good(self, github_of_app, registered, number):
        registered.suspend("octo")
        with pytest.raises(InstallationSuspended, match="has been suspended") as refused:
            github_of_app.pull_request("octo/app", number)
        assert refused.value.permanent

    def test_where_it_was_granted_too_little_that_is_said_for_good(self, github_of_app, registered, number):
        registered.install("octo", permissions={"metadata": "read", "checks": "write", "pull_requests": "read"})
        with pytest.raises(TokenNotGranted, match="not granted to this installation") as refused:
            github_of_app.pull_request("octo/app", number)
        assert refused.value.permanent

    def test_a_rate_limit_is_a_rate_limit_of_the_app(self, github_of_app, standin, number):
        standin.fail_next("POST", TOKENS, status=403, headers={"Retry-After": "120"})
        with pytest.raises(RateLimited) as limited:
            github_of_app.pull_request("octo/app", number)
        assert (limited.value.retry_after, limited.value.gate) == (120.0, "github:app")

    def test_a_write_is_not_unknown_because_the_answer_with_its_token_was_lost(self, github_of_app, standin, number):
        standin.fail_next("POST", TOKENS, applied=True)
        with pytest.raises(GitHubUnavailable) as failed:
            post(github_of_app, standin, number)
        assert (failed.value.permanent, failed.value.gate) == (False, "github")
        assert standin.reviews("octo/app", number) == []

    def test_a_read_is_tried_again(self, github_of_app, standin, number, waits):
        standin.fail_next("POST", TOKENS, status=502)
        assert github_of_app.pull_request("octo/app", number).number == number
        assert len(waits) == 1

    @pytest.mark.parametrize("call", [("GET", "/installation$"), ("POST", TOKENS)])
    def test_a_failing_github_is_asked_three_times_at_most(self, github_of_app, standin, waits, call):
        for _ in range(4):
            standin.fail_next(*call, status=503)
        with pytest.raises(GitHubUnavailable):
            github_of_app.pull_request("octo/app", 1)
        assert len(waits) == 2

    def test_nothing_is_remembered_of_it(self, github_of_app, registered, number):
        registered.suspend("octo")
        with pytest.raises(InstallationSuspended):
            github_of_app.pull_request("octo/app", number)
        registered.install("octo")
        assert github_of_app.pull_request("octo/app", number).number == number


def test_a_limit_met_with_a_token_closes_the_gate_of_its_installation(github_of_app, standin, number):
    standin.fail_next("POST", "/reviews$", status=429, headers={"Retry-After": "120"})
    with pytest.raises(RateLimited) as limited:
        post(github_of_app, standin, number)
    assert limited.value.gate == f"github:installation:{installation_id('octo')}"


INSTALLATION = {"id": 5, "access_tokens_url": "https://evil.test/steal"}
TOKEN = {"token": "ghs_" + "x" * 36, "expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}


class Slow(httpx.BaseTransport):
    """GitHub played: a token takes `seconds` by the clock that `passed` is."""

    def __init__(self, seconds=0.0):
        self.asked, self.passed, self._seconds = [], 0.0, seconds

    def handle_request(self, request):
        self.asked.append((request.method, str(request.url)))
        path = request.url.path
        if path.endswith("/access_tokens"):
            self.passed += self._seconds
        payload = INSTALLATION if path.endswith("/installation") else TOKEN
        answer = payload if path.endswith(("/installation", "/access_tokens")) else {"id": 7, "state": "COMMENTED"}
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(answer).encode()))


def post_by(played):
    app = App("https://api.github.test", APP_ID, PRIVATE_KEY, transport=played)
    github = GitHub("https://api.github.test", app, transport=played)
    return github.post_review("octo/app", 1, head_sha="a" * 40, body="B")


def test_no_address_from_a_payload_is_followed():
    played = Slow()
    post_by(played)
    assert played.asked == [
        ("GET", "https://api.github.test/repos/octo/app/installation"),
        ("POST", "https://api.github.test/app/installations/5/access_tokens"),
        ("POST", "https://api.github.test/repos/octo/app/pulls/1/reviews"),
    ]


def test_a_write_whose_token_took_too_long_is_not_sent(monkeypatch):
    played = Slow(LATEST_SEND_SECONDS + 1)
    monkeypatch.setattr(time, "monotonic", lambda: played.passed)
    with pytest.raises(GitHubUnavailable, match="in time"):
        post_by(played)
    assert [path for _, path in played.asked if path.endswith("/reviews")] == []


@pytest.mark.parametrize("malformed", [{"token": None}, {"expires_at": "soon"}, {"expires_at": "2026-01-01T12:00:00"}])
def test_a_token_that_cannot_be_read_may_be_asked_for_again(monkeypatch, malformed):
    monkeypatch.setattr("tests.integrations.github.test_app.TOKEN", TOKEN | malformed)
    with pytest.raises(GitHubUnavailable) as failed:
        post_by(Slow())
    assert not failed.value.permanent


@pytest.mark.parametrize("name", ["octo", "../app", "octo/..", "octo/app?x", "octo/app/x", ""])
def test_only_a_full_name_gets_a_token(app, name):
    with pytest.raises(ValueError, match="full name"):
        app.git_token(name)
