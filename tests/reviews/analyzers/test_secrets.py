"""Credentials are put together here, so that none stands in this file."""

import json

import pytest

from reviews.analyzers import SourceFile
from reviews.analyzers.secrets import run
from reviews.findings import Severity

AWS = "AKIA" + "Z7QK3XVN5PBT2WRD"
GITHUB = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----"


def found(content: str, path: str = "app.py") -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in run([SourceFile(path, content.encode())])]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f'key = "{AWS}"', "aws-access-key"),
        (f"TOKEN={GITHUB}", "github-token"),
        (KEY, "private-key"),
        ('url = "https://bob:sup3rs' + 'ecret@db.acme.io/x"', "basic-auth-credentials"),
        ('s = "xoxb-' + '123456789012-123456789012-abcdefghijklmnopqrstuvwx"', "slack-token"),
        ('s = "sk_live_' + '4eC39HqLyjWDarjtT1zdp7dc"', "stripe-access-key"),
    ],
)
def test_a_credential_is_found_on_its_line(line, kind):
    assert found(f"x = 1\n{line}\n") == [(f"detect-secrets:{kind}", 2)]


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2hunter2"',
        'digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
        'host = "203.0.113.7"',
        "token = os.environ['TOKEN']",
        'url = "https://example.org/path"',
        'url = "postgres://postgres:post' + 'gres@localhost/test"',
        'url = "https://bob:sec' + 'ret@api.example.com/"',
    ],
)
def test_what_is_only_a_guess_is_not_found(line):
    assert found(line) == []


def test_it_is_found_in_any_kind_of_file():
    assert [found(f"a {GITHUB} b", path)[0][1] for path in ("notes", "deploy.yml", "x.tf", ".env", "a.weird-kind!")]


def test_the_credential_itself_is_never_told():
    (finding,) = run([SourceFile("app.py", f'key = "{AWS}"'.encode())])
    assert finding.severity is Severity.CRITICAL
    assert AWS not in json.dumps(finding.to_json())


def test_what_tests_make_up_is_not_found_there_and_a_real_token_is():
    content = f"{KEY}\n{GITHUB}\n"
    assert found(content, "tests/test_login.py") == [("detect-secrets:github-token", 2)]


def test_what_a_document_makes_up_is_not_found_there():
    assert found(KEY, "docs/apps.rst") == []


def test_an_author_can_say_that_it_is_an_example():
    assert found(f'key = "{AWS}"  # pragma: allowlist secret') == []


@pytest.mark.parametrize("content", [b"\0" * 100, b"\xff\xfe\xfd", b"a" * 1_000_000, b"https://" * 20_000])
def test_hostile_content_never_breaks_the_run(content):
    run([SourceFile("app.txt", content)])


def test_indented_code_is_read_in_time():
    """Of blanks alone the tool did not reach the end of such a file within its minute."""
    code = b"".join(b" " * depth + b"def f():\n" for depth in range(1_300)) + b" " * 900 + GITHUB.encode()
    assert [finding.line for finding in run([SourceFile("app.py", code)])] == [1_301]
