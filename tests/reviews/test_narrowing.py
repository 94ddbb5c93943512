"""GitHub refuses a review for one of its comments and does not say which. Here it is played by a set of lines."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.github.errors import ValidationFailed
from reviews.findings import Finding, Severity
from reviews.narrowing import post_with_fewer

LINES = range(1, 51)
FINDINGS = [Finding("r", "a.py", line, line, Severity.HIGH, "message") for line in LINES]


def posted(findings, minded, shown=None):
    """The lines that got their comment, and how many times GitHub was asked."""
    tries = []

    def post(comments):
        tries.append(comments)
        if minded & {finding.line for finding in comments}:
            raise ValidationFailed
        return "1"

    review_id, taken = post_with_fewer(findings, post, lambda: shown)
    assert review_id == "1"
    return [finding.line for finding in taken], len(tries)


def test_what_github_takes_is_posted_at_once():
    assert posted(FINDINGS[:3], set()) == ([1, 2, 3], 1)


def test_what_is_not_on_githubs_diff_is_left_out_by_the_second_try():
    assert posted(FINDINGS[:5], {2, 4}, {"a.py": {1, 3, 5}}) == ([1, 3, 5], 2)


def test_nothing_on_githubs_diff_leaves_the_body_alone():
    assert posted(FINDINGS[:5], {1}, {"b.py": {1}}) == ([], 2)


def test_one_comment_that_github_minds_takes_a_quarter_off_their_lines():
    taken, tries = posted(FINDINGS[:8], {6})
    assert (taken, tries) == ([1, 3, 4, 5, 7, 8], 3)


def test_two_comments_that_github_minds_take_a_half_off_their_lines():
    assert posted(FINDINGS[:4], {2, 4})[0] == [1, 3]


@given(st.integers(0, 50), st.sets(st.sampled_from(LINES)))
def test_it_is_asked_nine_times_at_most_and_never_for_nothing(count, minded):
    taken, tries = posted(FINDINGS[:count], minded, {"a.py": set(LINES)})
    assert tries <= 9
    assert not minded & set(taken)


def test_a_review_that_is_refused_without_comments_is_not_about_them():
    def post(comments):
        raise ValidationFailed

    with pytest.raises(ValidationFailed):
        post_with_fewer([replace(FINDINGS[0])], post, dict)
