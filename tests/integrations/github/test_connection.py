"""The limits of one request, with GitHub played by a function."""

import itertools
import time

import httpx
import pytest

from integrations.github.client import GitHub
from integrations.github.connection import (
    LATEST_SEND_SECONDS,
    MAX_ANSWER_BYTES,
    MAX_PAGES,
    TIMEOUTS,
    WRITE_SECONDS_AT_MOST,
)
from integrations.github.errors import (
    AnswerTooLarge,
    Gates,
    GitHubUnavailable,
    OutcomeUnknown,
    PayloadShapeUnexpected,
    RateLimited,
    RedirectRefused,
)
from tests.integrations.github.played import Played, github_played_by


def redirect(status, location):
    return httpx.Response(status, headers={"Location": location}, stream=httpx.ByteStream(b"{}"))


def body(content, **headers):
    return httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))


def post(github):
    return github.post_review("octo/app", 1, head_sha="a" * 40, body="B")


def test_a_redirect_to_another_host_is_refused_and_the_token_stays_here():
    github, played = github_played_by(redirect(301, "https://evil.test/repos/octo/app/pulls/1"))
    with pytest.raises(RedirectRefused):
        github.list_reviews("octo/app", 1)
    assert [request.url.host for request in played.asked] == ["api.github.test"]


@pytest.mark.parametrize("location", ["http://api.github.test/x", "https://api.github.test:8443/x"])
def test_a_redirect_to_another_scheme_or_port_is_refused(location):
    github, _ = github_played_by(redirect(302, location))
    with pytest.raises(RedirectRefused):
        github.list_reviews("octo/app", 1)


def test_a_redirect_on_the_same_host_is_followed():
    github, played = github_played_by(redirect(301, "/repositories/1/pulls/1/reviews"), body(b"[]"))
    assert github.list_reviews("octo/app", 1) == []
    assert played.asked[1].url.path == "/repositories/1/pulls/1/reviews"


def test_redirects_in_circles_end():
    github, played = github_played_by(*[redirect(301, "/repos/octo/app/pulls/1/reviews") for _ in range(5)])
    with pytest.raises(RedirectRefused):
        github.list_reviews("octo/app", 1)
    assert len(played.asked) == 4


def test_a_redirect_that_would_turn_a_write_into_a_read_is_refused():
    github, played = github_played_by(redirect(301, "/repositories/1/pulls/1/reviews"))
    with pytest.raises(RedirectRefused):
        post(github)
    assert len(played.asked) == 1


def test_a_moved_repository_takes_the_write_at_its_new_place():
    stored = b'{"id": 7, "state": "COMMENTED"}'
    github, played = github_played_by(redirect(307, "/repositories/1/pulls/1/reviews"), body(stored))
    assert post(github).id == 7
    assert [request.method for request in played.asked] == ["POST", "POST"]
    assert played.asked[1].read() == played.asked[0].read()


def test_a_write_redirected_late_is_not_sent_on_beyond_its_time(monkeypatch):
    clock = itertools.chain([0, 0], itertools.count(10, 10))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    github, played = github_played_by(redirect(307, "/repositories/1/pulls/1/reviews"))
    with pytest.raises(GitHubUnavailable):
        post(github)
    assert len(played.asked) == 1


def test_a_write_never_takes_longer_than_it_says():
    parts = (TIMEOUTS.pool, TIMEOUTS.connect, TIMEOUTS.write, TIMEOUTS.read, LATEST_SEND_SECONDS)
    assert sum(parts) <= WRITE_SECONDS_AT_MOST


def test_an_answer_that_trickles_in_is_given_up(monkeypatch):
    clock = itertools.count(0, 10)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    github, _ = github_played_by(*[httpx.Response(200, stream=Endless()) for _ in range(3)])
    with pytest.raises(GitHubUnavailable, match="ReadTimeout"):
        github.list_reviews("octo/app", 1)


def test_the_link_to_a_next_page_is_never_followed():
    link = '<https://evil.test/steal?page=2>; rel="next"'
    github, played = github_played_by(body(b"[]", Link=link), body(b"[]"))
    github.list_reviews("octo/app", 1)
    assert [(request.url.host, request.url.params.get("page")) for request in played.asked] == [
        ("api.github.test", None),
        ("api.github.test", "2"),
    ]


def test_a_list_without_end_is_given_up():
    github, played = github_played_by(*[body(b"[]", Link='<x>; rel="next"') for _ in range(MAX_PAGES)])
    with pytest.raises(AnswerTooLarge):
        github.list_reviews("octo/app", 1)
    assert len(played.asked) == MAX_PAGES


def test_an_answer_without_end_is_given_up():
    endless = Endless()
    github, _ = github_played_by(httpx.Response(200, stream=endless))
    with pytest.raises(AnswerTooLarge):
        github.list_reviews("octo/app", 1)
    assert endless.given <= MAX_ANSWER_BYTES + Endless.SIZE


class Endless(httpx.SyncByteStream):
    SIZE = 1024 * 1024
    given = 0

    def __iter__(self):
        while True:
            self.given += self.SIZE
            yield b"0" * self.SIZE


def test_a_compressed_answer_was_not_asked_for():
    headers = {"Content-Encoding": "gzip"}
    github, played = github_played_by(httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"")))
    with pytest.raises(AnswerTooLarge):
        github.list_reviews("octo/app", 1)
    assert played.asked[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("lost", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError])
def test_a_write_that_was_sent_and_not_answered_is_unknown(lost):
    github, played = github_played_by(lost("gone"))
    with pytest.raises(OutcomeUnknown):
        post(github)
    assert len(played.asked) == 1


@pytest.mark.parametrize("unsent", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_a_write_that_was_never_sent_may_be_sent_again(unsent):
    github, played = github_played_by(unsent("gone"))
    with pytest.raises(GitHubUnavailable):
        post(github)
    assert len(played.asked) == 1


@pytest.mark.parametrize("ending", [httpx.ConnectError("gone"), httpx.ReadTimeout("gone"), body(b"<html>")])
def test_a_write_that_fails_names_the_gate_of_the_host(ending):
    github = GitHub("https://ghe.test", "t", gates=Gates(host="ghe", credential="ghe:t"), transport=Played(ending))
    with pytest.raises((GitHubUnavailable, OutcomeUnknown)) as failed:
        post(github)
    assert failed.value.gate == "ghe"


def test_gates_that_were_not_named_are_githubs():
    gates = [error.gate for error in (GitHubUnavailable(), OutcomeUnknown(), RateLimited(retry_after=1))]
    assert gates == ["github", "github", "github:token"]


def test_a_read_that_times_out_is_tried_again():
    github, played = github_played_by(httpx.ReadTimeout("slow"), body(b"[]"))
    assert github.list_reviews("octo/app", 1) == []
    assert len(played.asked) == 2


@pytest.mark.parametrize("answer", [b"", b"<html>", b'{"state": "COMMENTED"}', b"[" * 100_000])
def test_a_write_confirmed_in_unreadable_words_is_unknown(answer):
    github, _ = github_played_by(body(answer))
    with pytest.raises(OutcomeUnknown):
        post(github)


@pytest.mark.parametrize("answer", [b"", b"<html>", b'{"message": "a list?"}', b"[" * 100_000, b"[null]"])
def test_a_read_of_unreadable_words_says_so(answer):
    github, _ = github_played_by(body(answer))
    with pytest.raises(PayloadShapeUnexpected):
        github.list_reviews("octo/app", 1)


@pytest.mark.parametrize(
    "url", ["http://api.github.com", "ftp://x", "https://user:pw@host", "https://host?x=1", "api.github.com", ""]
)
def test_the_token_travels_encrypted_or_not_at_all(url):
    with pytest.raises(ValueError, match="base URL"):
        GitHub(url, "a-token")


def test_every_request_names_the_version_of_the_api_and_the_program():
    github, played = github_played_by(body(b"[]"))
    github.list_reviews("octo/app", 1)
    headers = played.asked[0].headers
    assert (headers["X-GitHub-Api-Version"], headers["User-Agent"]) == ("2022-11-28", "kodus-queue")
