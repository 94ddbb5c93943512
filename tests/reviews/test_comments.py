from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.comments import MAX_BODY, code, comment_body, escape, review_body
from reviews.findings import Finding, Severity

MARKER = "<!-- kodus-queue:review:1/2/abc -->"


def finding(message: str = "wrong", *, path: str = "app.py") -> Finding:
    return Finding("ruff:F821", path, 7, 7, Severity.HIGH, message)


def body(folded=(), **options) -> str:
    values = {
        "marker": MARKER,
        "head_sha": "a" * 40,
        "inline": [],
        "folded": list(folded),
        "shortfalls": [],
        "notes": [],
    }
    return review_body(**{**values, **options})


def test_a_comment_says_severity_message_and_rule():
    assert comment_body(finding("`total` is undefined")) == (
        "**High** · `total` is undefined\n\n<sub>`ruff:F821`</sub>"
    )


@pytest.mark.parametrize("text", ["@octocat", "thanks @org/team", "mail me: a@b.example"])
def test_nobody_is_mentioned(text):
    assert "@\u200b" in escape(text)


@pytest.mark.parametrize("text", ["fixes #12", "closes octo/app#3"])
def test_no_issue_is_linked_or_closed(text):
    assert "#\u200b" in escape(text)


def test_no_link_is_made_of_an_address():
    assert "http://" not in escape("see http://evil.example/x")


def test_markdown_is_shown_literally():
    assert escape("![x](y) <img src=x>") == r"\!\[x\]\(y\) \<img src=x\>"


def test_names_in_backticks_stay_code():
    assert escape("`a_b` calls `c`") == "`a_b` calls `c`"


def test_a_backtick_in_code_does_not_end_the_code():
    assert code("a`b") == "`` a`b ``"


def test_credentials_are_masked():
    token = "ghp_" + "a" * 36
    assert token not in comment_body(finding(f"token {token}"))


def test_text_that_reverses_or_hides_is_removed():
    assert escape("a\u202eb\u200bc\U000e0041d") == "abcd"


def test_the_body_ends_with_the_marker():
    assert body([finding()]).endswith(MARKER)


def test_a_partial_review_says_what_is_missing():
    assert "Partial review: ruff failed" in body(shortfalls=["ruff failed"])


def test_a_note_on_the_configuration_is_told():
    assert "> Configuration: `.kodus.yml` is not valid: line 4" in body(notes=["`.kodus.yml` is not valid: line 4"])


def test_a_body_never_exceeds_what_the_code_host_takes():
    text = body([finding("x" * 3000) for _ in range(100)])
    assert len(text) <= MAX_BODY
    assert text.endswith(MARKER)
    assert "more" in text


def test_a_path_cannot_break_out_of_its_list_item():
    assert "\n- evil" not in body([finding(path="a\n- evil")])


@given(st.text())
def test_no_text_makes_a_mention_outside_of_code(text):
    outside = escape(text).replace("@\u200b", "")
    assert not any(a == "@" and b.isalnum() for a, b in pairwise(outside)) or "`" in outside
