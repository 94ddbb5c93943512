import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.commands.parsing import MAX_READ, Command, command_in

PLAIN = st.text(st.sampled_from("abc 123,.\n")).map(str.strip)
ANY = st.text(st.sampled_from("/review full`~<!->#*_|-+ \t\n\\1.[]()")) | st.text()
GIVEN = st.sampled_from([command for command in Command if command is not Command.UNKNOWN])


def found(comment: str) -> Command | None:
    return command_in(comment, "/review")


def test_the_word_alone_asks_for_a_review():
    assert found("/review") is Command.REVIEW


@pytest.mark.parametrize("argument", ["full", "FULL", "Full", "full.", "full please", "  full  ", "`full`"])
def test_the_next_word_says_what_in_any_case(argument):
    assert found(f"/review {argument}") is Command.FULL


@pytest.mark.parametrize("argument", ["please", "fulll", "full/pause", "--full", "é", "unknown", "@mona"])
def test_any_other_word_is_unknown(argument):
    assert found(f"/review {argument}") is Command.UNKNOWN


@pytest.mark.parametrize(
    "comment",
    [
        "\n\n/review pause\r\n",
        "   /review pause",
        "Thanks!\n/review pause\nUntil Monday.",
        "> why?\n\n/review pause",
        "```\n/review full\n```\n/review pause",
        "/review pause\n--\nMona",
        "/review pause\n---",
        "/review pause\n/review resume",
        "# Plan\n/review pause",
        "Use `/review full`.\n\n/review pause",
        "A stray ` and\n/review pause",
    ],
)
def test_a_line_of_its_own_is_a_command_and_the_first_one_counts(comment):
    assert found(comment) is Command.PAUSE


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "please /review",
        "/reviewed",
        "/review-later",
        "/review/full",
        "//review",
        "\\/review",
        "> /review",
        ">/review",
        "> a quote goes on\n/review",
        "- /review",
        "1. /review",
        "- a list goes on\n  /review",
        "# /review",
        "    /review",
        "\t/review",
        "```\n/review\n```",
        "~~~~\n/review\n~~~\n",
        "```\n/review",
        "`/review`",
        "a span `over\n/review\nlines`",
        "<!--\n/review\n-->",
        "<!--\n\n/review",
        "hidden <!--\n/review\n-->",
        "<details>\n/review\n</details>",
        "<!-- x -->/review",
        "| /review | full |\n|---|---|\n",
        "/review | full\n---|---\n",
    ],
)
def test_what_github_does_not_show_as_a_plain_line_is_none(comment):
    assert found(comment) is None


def test_another_word_may_be_set():
    assert command_in("@kodus why\n/review", "@kodus") is Command.WHY


@given(ANY)
def test_no_comment_is_too_strange_to_be_read(comment):
    assert found(comment) in {None, *Command}


@given(before=PLAIN, command=GIVEN, after=ANY)
def test_a_command_in_a_paragraph_of_its_own_is_found_whatever_follows(before, command, after):
    assert found(f"{before}\n\n/review {command}\n\n{after}") is command


@given(ANY, st.sampled_from("`~"), st.integers(3, 6))
def test_nothing_in_a_fence_is_a_command(text, mark, length):
    inside = text.replace(mark, "x")
    assert found(f"{mark * length}\n{inside}\n/review\n{mark * length}\nThanks.") is None


@given(st.text())
def test_nothing_quoted_is_a_command(text):
    assert found("\n".join(f"> {line}" for line in ["/review", *text.split("\n"), "/review"])) is None


@given(st.text().filter(lambda text: "--" not in text and not text.startswith((">", "-"))))
def test_nothing_in_an_html_comment_is_a_command(text):
    assert found(f"<!--\n/review\n{text}\n/review\n-->") is None


@given(PLAIN)
def test_a_comment_without_the_word_has_no_command(text):
    assert found(text) is None


@pytest.mark.parametrize("hostile", ["|a|\n|-|\n" + "|x|\n", "a\n", "<", "\\*", "[", "```\n", "`", "> ", "- ", "<a "])
def test_a_comment_made_to_be_slow_is_read_in_time(hostile):
    comment = "/revie\n" + hostile * 70_000
    began = time.process_time()
    command_in(f"{comment[:65_000]}\n/review", "/review")
    assert time.process_time() - began < 2


def test_a_comment_is_not_read_to_an_end_far_off():
    assert found("a" * MAX_READ + "\n/review") is None
