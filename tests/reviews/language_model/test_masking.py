"""Credentials are put together here, so that none stands in this file."""

import pytest

from reviews.analyzers import Analyzer, AnalyzerFailed
from reviews.language_model import masking
from reviews.language_model.excerpts import MAX_COLUMNS, Excerpt, Kind, Row, told
from reviews.language_model.masking import MASKED, CredentialsNotLookedFor, masked
from telemetry import redaction

AWS = "AKIA" + "Z7QK3XVN5PBT2WRD"
SLACK = "xoxb-" + "123456789012-123456789012-abcdefghijklmnopqrstuvwx"
STRIPE = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
BODY = "MIIEpAIBAAKCAQEA7" + "dGhpcyBpcyBub3QgYSBrZXkgYnV0IGxvb2tzIGxpa2Ugb25l"
BEGIN, END = "-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----"


def texts(*lines: str, sign: str = "+", path: str = "app.py") -> list[str]:
    rows = tuple(Row(number, sign, line) for number, line in enumerate(lines, 1))
    (excerpt,) = masked([Excerpt(Kind.CHANGED, path, rows)])
    return [row.text for row in excerpt.rows]


@pytest.mark.parametrize("line", [f'key = "{AWS}"', f"s = '{SLACK}'", f"s = '{STRIPE}'"])
@pytest.mark.parametrize("sign", ["+", "-", " "])
def test_a_line_with_a_credential_is_left_out_also_where_it_was_removed(line, sign):
    assert texts("x = 1", line, "y = 2", sign=sign) == ["x = 1", MASKED, "y = 2"]


def test_each_excerpt_is_looked_at_by_itself():
    excerpts = [told(Kind.TITLE, "", ["fine"]), told(Kind.TITLE, "", [f"leak {SLACK}"]), told(Kind.TITLE, "", ["ok"])]
    assert [row.text for excerpt in masked(excerpts) for row in excerpt.rows] == ["fine", MASKED, "ok"]


def test_a_private_key_is_left_out_from_its_first_line_to_its_last():
    assert texts(BEGIN, "short", BODY, END, "x = 1") == [MASKED, MASKED, MASKED, MASKED, "x = 1"]


@pytest.mark.parametrize("lines", [(BODY, BODY, END), (BODY,), (f'    "{BODY}\\n"',)])
def test_a_private_key_cut_in_half_by_the_edge_of_an_excerpt_is_left_out(lines):
    assert not [text for text in texts(*lines) if BODY in text]


def test_what_is_fine_in_a_test_for_an_author_still_does_not_leave():
    assert BODY not in "".join(texts(BEGIN, BODY, END, path="tests/test_login.py"))
    url = "https://bob:sup3rs" + "ecret@localhost/x"
    assert "sup3rs" not in "".join(texts(f'url = "{url}"', path="tests/test_login.py"))


def test_an_author_who_says_that_it_is_an_example_does_not_make_it_leave():
    assert AWS not in "".join(texts(f'key = "{AWS}"  # pragma: allowlist secret'))


def test_a_credential_at_the_edge_of_what_is_shown_of_a_line_is_seen_before_the_line_is_cut():
    token = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
    (shown,) = texts("x" * (MAX_COLUMNS - 15) + f" {token}")
    assert token[:10] not in shown


def test_our_own_credentials_do_not_leave(monkeypatch):
    monkeypatch.setattr(redaction, "_known", {"a-key-of-ours"})
    assert texts("key = 'a-key-of-ours'") == ["key = '[redacted]'"]


def test_plain_code_stays_as_it_is():
    lines = ["def f(a, b):", "    digest = sha256(a).hexdigest()", '    password = getpass("Password: ")', ""]
    assert texts(*lines) == lines


def test_numbers_and_signs_stay_in_place():
    rows = (Row(4, "+", AWS), Row(None, "-", "x"))
    (excerpt,) = masked([Excerpt(Kind.CHANGED, "app.py", rows)])
    assert [(row.number, row.sign) for row in excerpt.rows] == [(4, "+"), (None, "-")]


def test_when_nobody_can_look_nothing_is_shown(monkeypatch):
    def crash(_files):
        raise AnalyzerFailed("detect-secrets", "did not end within 60 s")

    monkeypatch.setattr(masking, "SECRETS", Analyzer("detect-secrets", lambda _path: True, crash))
    with pytest.raises(CredentialsNotLookedFor):
        texts("x = 1")
