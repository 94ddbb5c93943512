"""The last look before a write leaves: when it happens, how often, and what stops it."""

import socket
import threading

import pytest

from integrations.github.client import GitHub
from integrations.github.errors import GitHubUnavailable


class NoLongerOurs(Exception):
    pass


@pytest.fixture
def writes(standin, number):
    """Each call that may be stopped, by name, against the stand-in."""
    head = standin.records.pulls["octo/app", number].head_sha
    with GitHub(standin.base_url, standin.token) as github:
        run = github.create_check_run("octo/app", name="Kodus", head_sha=head)
        standin.writes.clear()
        yield {
            "post_review": lambda call: github.post_review(
                "octo/app", number, head_sha=head, body="B", before_send=call
            ),
            "create_check_run": lambda call: github.create_check_run(
                "octo/app", name="Other", head_sha=head, before_send=call
            ),
            "update_check_run": lambda call: github.update_check_run(
                "octo/app", run.id, status="in_progress", before_send=call
            ),
        }


EACH = pytest.mark.parametrize("name", ["post_review", "create_check_run", "update_check_run"])


@EACH
def test_a_write_is_looked_at_once_before_it_leaves(standin, writes, name):
    seen = []
    writes[name](lambda: seen.append(len(standin.writes)))
    assert (seen, len(standin.writes)) == ([0], 1)


@EACH
def test_what_it_raises_stops_the_write_and_comes_out_as_it_is(standin, writes, name):
    stopped = NoLongerOurs()

    def stop():
        raise stopped

    with pytest.raises(NoLongerOurs) as raised:
        writes[name](stop)
    assert raised.value is stopped
    assert standin.writes == []


def test_after_a_write_was_stopped_the_next_one_leaves(standin, writes):
    def stop():
        raise NoLongerOurs

    for _ in range(3):
        with pytest.raises(NoLongerOurs):
            writes["post_review"](stop)
    writes["post_review"](lambda: None)
    assert [write.applied for write in standin.writes] == [True]


def test_it_comes_after_the_connection_stands_and_before_the_first_byte():
    heard = []

    def stop():
        server.settimeout(10)
        connection, _ = server.accept()  # waits for a connection that stands already
        with connection:
            connection.setblocking(False)
            heard.append(has_byte(connection))
        raise NoLongerOurs

    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        with GitHub(address, "t") as github, pytest.raises(NoLongerOurs):
            github.post_review("octo/app", 1, head_sha="a" * 40, body="B", before_send=stop)
    assert heard == [False]


def has_byte(connection):
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False


def test_a_connection_that_never_stands_is_not_looked_at():
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with GitHub(address, "t") as github, pytest.raises(GitHubUnavailable):
        github.post_review("octo/app", 1, head_sha="a" * 40, body="B", before_send=lambda: seen.append(1))
    assert seen == []


def redirect_next(standin, number):
    location = f"{standin.base_url}/repos/octo/app/pulls/{number}/reviews"
    standin.fail_next("POST", "/reviews$", status=307, headers={"Location": location})


def test_a_write_that_is_redirected_is_looked_at_again(standin, number, writes):
    seen = []
    redirect_next(standin, number)
    writes["post_review"](lambda: seen.append(len(standin.writes)))
    assert seen == [0, 1]


def test_a_write_may_be_stopped_before_it_is_sent_on(standin, number, writes):
    def stop_the_second():
        if standin.writes:
            raise NoLongerOurs

    redirect_next(standin, number)
    with pytest.raises(NoLongerOurs):
        writes["post_review"](stop_the_second)
    assert [write.applied for write in standin.writes] == [False]


def test_a_proxy_that_is_asked_for_a_tunnel_is_no_send(monkeypatch):
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        proxy.settimeout(10)
        with GitHub("https://api.github.test", "t") as github:
            thread = refuse_tunnel(proxy)
            with pytest.raises(GitHubUnavailable, match="ProxyError"):
                github.post_review("octo/app", 1, head_sha="a" * 40, body="B", before_send=lambda: seen.append(1))
            thread.join()
    assert seen == []


def refuse_tunnel(proxy):
    def refuse():
        connection, _ = proxy.accept()
        with connection:
            assert connection.recv(4096).startswith(b"CONNECT")
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

    thread = threading.Thread(target=refuse)
    thread.start()
    return thread
