import pytest

from integrations.git.errors import UnsafeRemote
from integrations.git.remotes import checked_remote


@pytest.mark.parametrize(
    ("remote", "protocol"),
    [
        ("https://github.com/octo/app.git", "https"),
        ("http://127.0.0.1:8080/octo/app.git", "http"),
        ("http://localhost/octo/app.git", "http"),
        ("http://[::1]:80/a", "http"),
        ("/srv/git/app", "file"),
        ("file:///srv/git/app", "file"),
    ],
)
def test_a_safe_remote_switches_its_own_protocol_on(remote: str, protocol: str):
    assert checked_remote(remote).protocol == protocol


@pytest.mark.parametrize(
    "remote",
    [
        "",
        "http://github.com/octo/app",
        "http://127.0.0.1.example.org/a",
        "http://10.0.0.1/a",
        "git://github.com/octo/app",
        "ssh://git@github.com/octo/app",
        "git@github.com:octo/app.git",
        "ext::sh -c touch% /tmp/x",
        "fd::7",
        "file://host/share",
        "//host/share",
        "relative/path",
        "--upload-pack=touch /tmp/x",
        "https://token@github.com/octo/app",
        "https://user:token@github.com/octo/app",
        "https://github.com/octo/app?x=1",
        "https://github.com/octo/app#x",
        "https://github.com\\@evil.example/a",
        "https:///octo/app",
        "https://github.com:99999999/a",
        "https://[::1/a",
        "https://github.com/a\nb",
        "/srv/git\0/app",
        "https://github.com/" + "a" * 3_000,
    ],
)
def test_any_other_remote_is_refused(remote: str):
    with pytest.raises(UnsafeRemote):
        checked_remote(remote)


def test_the_token_is_sent_to_its_host_and_nowhere_else():
    (name,) = checked_remote("https://github.com/octo/app.git", token="t0ken").config()
    assert name == "http.https://github.com/.extraHeader"


def test_the_token_is_not_in_the_remote_s_representation():
    remote = checked_remote("https://github.com/octo/app.git", token="t0ken")
    assert "t0ken" not in repr(remote)
    assert next(iter(remote.config().values())) not in repr(remote)


@pytest.mark.parametrize("token", ["two\nlines", "umläut", "nul\0"])
def test_a_token_that_could_forge_a_header_is_refused(token: str):
    with pytest.raises(UnsafeRemote):
        checked_remote("https://github.com/octo/app.git", token=token)


def test_a_local_path_takes_no_token():
    assert checked_remote("/srv/git/app", token="t0ken").config() == {}
