import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from integrations.git import commands
from integrations.git.errors import GitFailed, GitTimedOut, OutputTooLarge
from integrations.git.mirror import open_mirror
from tests.analysis.repositories import Repository


@pytest.fixture
def git_dir(repository: Repository) -> Path:
    return repository.path / ".git"


def test_git_knows_nothing_of_our_environment(git_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KODUS_GITHUB_TOKEN", "secret")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.pager'='x'")
    names = set(commands.environment())
    assert not names & {"KODUS_GITHUB_TOKEN", "GIT_DIR", "GIT_CONFIG_PARAMETERS", "GIT_SSH_COMMAND"}


def test_an_alias_or_include_in_a_home_folder_is_not_read(
    git_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = home\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert commands.run(git_dir, "config", "--get", "user.name", accepted=(0, 1)) == b""


def test_a_command_that_takes_too_long_is_ended(git_dir: Path):
    with pytest.raises(GitTimedOut):
        commands.run(git_dir, "-c", "alias.slow=!sleep 60", "slow", timeout_seconds=0.2)


def test_an_answer_that_is_too_large_is_refused(git_dir: Path):
    with pytest.raises(OutputTooLarge):
        commands.run(git_dir, "help", "-a", max_output_bytes=100)


def test_an_error_says_what_git_said_without_secrets(git_dir: Path):
    secret = "ghp_" + "a" * 36
    with pytest.raises(GitFailed) as caught:
        commands.run(git_dir, "rev-parse", "--verify", f"refs/{secret}")
    assert "fatal" in str(caught.value)
    assert secret not in str(caught.value)


@pytest.mark.parametrize("protocol", ["file", "ext", "ssh", "git", "http"])
def test_no_protocol_is_on_unless_asked_for(git_dir: Path, protocol: str, tmp_path: Path):
    witness = tmp_path / "witness"
    url = {"file": f"file://{git_dir}", "ext": f"ext::touch {witness}"}.get(protocol, f"{protocol}://127.0.0.1:1/a")
    with pytest.raises(GitFailed, match="not allowed"):
        commands.run(git_dir, "ls-remote", url, protocol="https")
    assert not witness.exists()


class _Recorder(BaseHTTPRequestHandler):
    seen: list[str | None] = []

    def do_GET(self):
        self.seen.append(self.headers.get("Authorization"))
        self.send_response(401 if self.path.startswith("/private") else 302)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object):
        pass


@pytest.fixture
def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Recorder)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/private/app.git", "/moved/app.git"])
def test_the_token_travels_in_the_header_and_a_redirect_is_not_followed(host: str, path: str, tmp_path: Path):
    _Recorder.seen.clear()
    mirror = open_mirror(tmp_path, "octo/app", host + path, token="t0ken")
    with pytest.raises(GitFailed) as caught:
        mirror.fetch("1" * 40)
    assert _Recorder.seen
    assert all((header or "").startswith("Basic ") for header in _Recorder.seen)
    assert "t0ken" not in str(caught.value)


def test_the_token_is_in_no_command_line(tmp_path: Path):
    remote = open_mirror(tmp_path, "octo/app", "https://example.org/a", token="t0ken").remote
    line = " ".join(commands.argv(tmp_path, ["fetch", remote.url], protocol="https"))
    value = remote.config().popitem()[1].rpartition(" ")[2]
    assert "t0ken" not in line
    assert value not in line
    assert any(value in item for item in commands.environment(remote.config()).values())
    assert not any(value in item for item in os.environ.values())
