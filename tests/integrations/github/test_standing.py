"""How our credential stands: against the stand-in, whose answers are held against GitHub's description where it is."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.github.errors import CredentialsRefused
from integrations.github.standing import Installation

NEEDED = {"checks": "write", "contents": "read"}


def test_a_fine_grained_token_tells_no_scopes(github):
    standing = github.token_standing()
    assert (standing.scopes, standing.expires, standing.limit) == (None, "", 5000)
    assert standing.answered_at
    assert abs(datetime.now(UTC) - standing.answered_at) < timedelta(seconds=30)


def test_a_classic_one_does(github, standin):
    standin.records.token_scopes = "repo, read:org"
    assert github.token_standing().scopes == {"repo", "read:org"}


def test_an_app_is_told_where_it_is_installed(github_of_app, registered):
    (installation,) = github_of_app.installations()
    assert (installation.account, installation.is_suspended, installation.lacks(NEEDED)) == ("octo", False, [])
    registered.suspend("octo")
    assert github_of_app.installations()[0].is_suspended


def test_a_token_is_not_told_of_installations(github):
    with pytest.raises(CredentialsRefused):
        github.installations()


@pytest.mark.parametrize(
    ("granted", "lacks"),
    [
        ({"checks": "write", "contents": "write"}, []),
        ({"checks": "read", "contents": "read"}, ["checks: write"]),
        ({}, ["checks: write", "contents: read"]),
        ({"checks": "sometimes", "contents": "admin"}, ["checks: write"]),
    ],
)
def test_what_is_lacking_is_by_level(granted, lacks):
    found = Installation(1, "octo", granted, frozenset(), is_suspended=False)
    assert found.lacks(NEEDED) == lacks
