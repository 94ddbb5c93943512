import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.language_model.excerpts import Excerpt, Kind, Row, told, visible
from reviews.language_model.questions import (
    BYTES_PER_TOKEN,
    MAX_QUESTIONS,
    Question,
    instructions,
    new_stamp,
    objection,
    questions,
    rendered,
)
from reviews.language_model.remarks import KINDS

TOKENS = 4_000


def changed(path: str, lines: int = 3, text: str = "x = 1") -> Excerpt:
    rows = tuple(Row(number, "+", text) for number in range(1, lines + 1))
    return Excerpt(Kind.CHANGED, path, rows, frozenset({path}))


def caller(path: str, about: str) -> Excerpt:
    return Excerpt(Kind.CALLER, path, (Row(7, " ", "f()"),), frozenset({about}))


def paths(question: Question) -> list[str]:
    return [excerpt.path for excerpt in question.excerpts]


def size(question: Question) -> float:
    stamp = new_stamp()
    return len((instructions(stamp) + rendered(question, stamp)).encode()) / BYTES_PER_TOKEN


def test_a_small_change_is_one_question_with_what_is_around_it():
    asked, cut = questions([changed("a.py"), changed("b.py")], [caller("c.py", "a.py")], tokens=TOKENS)
    assert ([paths(question) for question in asked], cut) == ([["c.py", "a.py", "b.py"]], frozenset())


def test_a_larger_change_is_several_each_with_what_is_around_its_own_files():
    around = [told(Kind.TITLE, "", ["Add things"]), caller("ca.py", "a.py"), caller("cb.py", "b.py")]
    asked, cut = questions([changed("a.py", 300), changed("b.py", 300)], around, tokens=TOKENS)
    assert [paths(question) for question in asked] == [["", "ca.py", "a.py"], ["", "cb.py", "b.py"]]
    assert cut == frozenset()


def test_of_a_change_beyond_all_bounds_the_first_files_are_shown_and_the_others_named():
    files = [changed(f"{number}.py", 300) for number in range(9)]
    asked, cut = questions(files, [], tokens=TOKENS)
    assert len(asked) == MAX_QUESTIONS
    assert cut == {f"{number}.py" for number in range(MAX_QUESTIONS, 9)}


def test_of_a_file_beyond_all_bounds_the_first_lines_are_shown():
    (question,), cut = questions([changed("a.py", 5_000)], [], tokens=TOKENS)
    assert (cut, 0 < len(question.changed[0].rows) < 5_000) == ({"a.py"}, True)


def test_without_a_changed_file_there_is_no_question():
    assert questions([], [told(Kind.TITLE, "", ["Remove things"])], tokens=TOKENS) == ([], frozenset())


@given(st.lists(st.tuples(st.integers(1, 400), st.text(max_size=60)), max_size=12))
def test_no_question_is_longer_than_its_tokens(files):
    excerpts = [changed(f"{place}.py", lines, visible(text)) for place, (lines, text) in enumerate(files)]
    around = [caller(f"c{place}.py", f"{place}.py") for place in range(len(files))]
    asked, _ = questions(excerpts, around, tokens=TOKENS)
    assert all(size(question) <= TOKENS for question in asked)


@given(st.lists(st.text(max_size=80), max_size=12), st.text(max_size=80))
def test_every_line_of_the_data_begins_with_the_stamp_or_with_a_sign_of_ours(lines, path):
    stamp = new_stamp()
    rows = tuple(Row(number, "+", visible(text)) for number, text in enumerate(lines, 1))
    said = rendered(Question((Excerpt(Kind.CHANGED, path, rows),)), stamp)
    assert all(re.match(rf"\[{stamp}\] |[ \d]{{6}} [|+] ", line) for line in said.splitlines())


def test_the_instructions_name_the_stamp_and_leave_nothing_open():
    text = instructions("0123456789abcdef")
    assert "[0123456789abcdef]" in text
    assert "$" not in text
    assert all(f"`{kind}`" in text for kind in (*KINDS, *Kind))


def test_each_question_has_a_stamp_of_its_own():
    assert len({new_stamp() for _ in range(100)}) == 100


def test_an_objection_says_what_is_wrong():
    assert "- remarks.0: `code` is not the text of that line" in objection(
        ["remarks.0: `code` is not the text of that line"]
    )


@pytest.mark.parametrize("tokens", [2_000, 200_000])
def test_any_budget_that_can_be_set_shows_something(tokens):
    (question,), _ = questions([changed("a.py", 9_000)], [], tokens=tokens)
    assert question.changed[0].rows
