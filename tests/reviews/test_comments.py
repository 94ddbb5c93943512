from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.comments import MAX_BODY, code, comment_body, escape, fitting, review_body, summary_body
from reviews.findings import Finding, Placement, Severity

MARKER = "<!-- kodus-queue:review:1/2/abc -->"


def finding(message: str = "wrong", *, path: str = "app.py") -> Finding:
    return Finding("ruff:F821", path, 7, 7, Severity.HIGH, message)


def body(folded=(), **options) -> str:
    values = {
        "marker": MARKER,
        "head_sha": "a" * 40,
        "findings": [item.placed(Placement.BODY, "why") for item in folded],
        "settled": [],
        "shortfalls": [],
        "notes": [],
        "command": "/review",
        "footer": "Reviewed.",
    }
    return summary_body(**{**values, **options})


def test_a_comment_says_severity_message_and_rule():
    assert comment_body(finding("`total` is undefined")) == (
        "**High** · `total` is undefined\n\n<sub>`ruff:F821`</sub>"
    )


def test_a_suggestion_stands_between_message_and_rule():
    assert comment_body(finding("wrong"), ["    x = 1", ""]) == (
        "**High** · wrong\n\n```suggestion\n    x = 1\n\n```\n\n<sub>`ruff:F821`</sub>"
    )


def test_a_suggestion_of_no_lines_deletes():
    assert "\n```suggestion\n```\n" in comment_body(finding(), [])


def test_no_code_ends_its_suggestion_early():
    assert "\n`````suggestion\ns = '````'\n`````\n" in comment_body(finding(), ["s = '````'"])


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


def test_an_author_knows_a_credential_by_its_ends():
    assert "ghp…aaa" in comment_body(finding("token ghp_" + "a" * 36))


def test_text_that_reverses_or_hides_is_removed():
    assert escape("a\u202eb\u200bc\U000e0041d") == "abcd"


def test_the_review_is_one_line_and_its_marker():
    written = review_body(marker=MARKER, head_sha="a" * 40, inline=[finding()])
    assert written == f"1 finding on `aaaaaaaaaa`.\n\n{MARKER}"


def test_the_summary_counts_what_is_open_and_lists_what_has_no_line():
    written = body(
        [finding("beside")], findings=[finding("commented"), finding("beside").placed(Placement.BODY, "why")]
    )
    assert written.startswith("2 open findings as of `aaaaaaaaaa`.")
    assert ("beside" in written, "commented" in written) == (True, False)


def test_a_summary_says_that_nothing_is_open():
    assert body().startswith("No open findings as of `aaaaaaaaaa`.")


def test_the_body_ends_with_the_marker():
    assert body([finding()]).endswith(MARKER)


def test_a_partial_review_says_what_is_missing():
    assert "Partial review: ruff failed" in body(shortfalls=["ruff failed"])


def test_a_partial_review_says_that_what_is_missing_is_not_tried_again_and_how_to_have_it_tried():
    said = "> Nothing of this is tried again by itself; `/review full` tries all of it again."
    assert body(shortfalls=["ruff failed", "oxlint failed"]).count(said) == 1
    assert said not in body()


def test_the_footer_stands_above_the_marker():
    assert body([finding()]).endswith(f"\n\nReviewed.\n\n{MARKER}")


def test_a_note_on_the_configuration_is_told():
    assert "> Configuration: `.kodus.yml` is not valid: line 4" in body(notes=["`.kodus.yml` is not valid: line 4"])


@pytest.mark.parametrize("text", ["x", "漢", "😀", "_", "@a", "`a`"])
@pytest.mark.parametrize("count", [1, 100])
def test_a_body_never_exceeds_what_the_code_host_takes(text, count):
    message = text * 300
    written = body([finding(message)] * count, shortfalls=[message] * (count // 10), notes=[message] * (count // 10))
    assert len(written.encode()) <= MAX_BODY
    assert written.endswith(MARKER)
    left_out = count - written.count("**High**")
    assert (f"- and {left_out} more\n" in written) == (left_out > 0)


def test_ten_thousand_findings_fit_into_a_body():
    written = body([finding("`total` is undefined")] * 10_000)
    shown = written.count("**High**")
    assert len(written.encode()) <= MAX_BODY
    assert f"- and {10_000 - shown} more\n" in written


def test_a_comment_never_exceeds_what_the_code_host_takes():
    assert max(len(comment_body(finding(text * 10_000)).encode()) for text in ("😀", "@a", "_", "`a`")) <= MAX_BODY


def test_what_does_not_fit_is_left_out_by_whole_lines():
    assert fitting(["漢" * 5] * 10, 48) == ["漢" * 5, "漢" * 5, "- and 8 more"]


def test_a_path_cannot_break_out_of_its_list_item():
    assert "\n- evil" not in body([finding(path="a\n- evil")])


@given(st.text())
def test_no_text_makes_a_mention_outside_of_code(text):
    outside = escape(text).replace("@\u200b", "")
    assert not any(a == "@" and b.isalnum() for a, b in pairwise(outside)) or "`" in outside
