import pytest

from analysis.diff import parse_diff
from analysis.facts import FUNCTION, Definition
from reviews.language_model.excerpts import (
    MAX_COLUMNS,
    MAX_WHOLE_LINES,
    Excerpt,
    Kind,
    changed_file,
    lines_of,
    shortened,
    told,
    uses,
    visible,
    whole,
)

HEAD = ["import os", "", "def total(items, currency):", "    check(items)", "    return sum(items)", "", "LAST = 1"]
DIFF = """diff --git a/shop.py b/shop.py
--- a/shop.py
+++ b/shop.py
@@ -2,4 +2,4 @@

-def total(items):
+def total(items, currency):
     check(items)
     return sum(items)
"""


def function(first: int, last: int, name: str = "total") -> Definition:
    return Definition(name, FUNCTION, first, last)


def shown(excerpt: Excerpt) -> list[str]:
    return [f"{row.number or ''}{row.sign}{row.text}" for row in excerpt.rows]


def excerpt_of(diff: str, head: list[str], *functions: Definition) -> Excerpt:
    (file,) = parse_diff(diff)
    return changed_file(file, head, functions)


def test_a_changed_file_is_shown_around_its_changes_with_what_went():
    assert shown(excerpt_of(DIFF, HEAD)) == [
        "…",
        "2 ",
        "-def total(items):",
        "3+def total(items, currency):",
        "4     check(items)",
        "5     return sum(items)",
    ]


def test_the_function_around_a_change_is_shown_whole():
    head = ["def f():", *[f"    step({n})" for n in range(30)], "    return 1"]
    diff = "diff --git a/f.py b/f.py\n--- a/f.py\n+++ b/f.py\n@@ -20,1 +20,1 @@\n-    old\n+    step(18)\n"
    assert len(excerpt_of(diff, head, function(1, 32, "f")).rows) == 33


def test_of_a_long_function_the_first_line_is_shown_beside_the_change():
    head = ["def f():", *["    step()"] * (MAX_WHOLE_LINES + 50)]
    diff = "diff --git a/f.py b/f.py\n--- a/f.py\n+++ b/f.py\n@@ -90,1 +90,1 @@\n-    old\n+    step()\n"
    assert [row.number for row in excerpt_of(diff, head, function(1, len(head))).rows if row.number] == [1, 90]


def test_lines_removed_from_the_end_are_shown():
    diff = "diff --git a/f.py b/f.py\n--- a/f.py\n+++ b/f.py\n@@ -1,2 +1,1 @@\n x = 1\n-y = 2\n"
    assert shown(excerpt_of(diff, ["x = 1"])) == ["1 x = 1", "-y = 2"]


def test_a_hunk_that_only_removes_is_shown_in_its_place():
    diff = "diff --git a/f.py b/f.py\n--- a/f.py\n+++ b/f.py\n@@ -2,1 +1,0 @@\n-gone\n"
    assert shown(excerpt_of(diff, ["a", "b"])) == ["…", "-gone", "2 b"]


def test_only_added_lines_can_be_spoken_of():
    assert excerpt_of(DIFF, HEAD).added == {3: "def total(items, currency):"}
    assert lines_of(Kind.CALLER, "a.py", HEAD, [(1, 3)], ()).added == {}
    assert told(Kind.TITLE, "", ["1 + x"]).added == {}


def test_the_lines_of_a_caller_are_those_that_its_file_has():
    assert [row.number for row in lines_of(Kind.CALLER, "a.py", ["a", "b"], [(0, 1), (1, 9)], ()).rows] == [1, 2]


def test_a_long_caller_is_shown_around_its_calls():
    long = function(1, 500)
    assert uses(long, [250]) == [(1, 1), (245, 255)]
    assert uses(function(3, 9), [5]) == [(3, 9)]
    assert whole(long) == (1, 1)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u200bb", "a<U+200B>b"),
        ("a\u202eb", "a<U+202E>b"),
        ("\U000e0041dmin", "<U+E0041>dmin"),
        ("a\rb", "a<U+000D>b"),
        ("a\x1b[2J", "a<U+001B>[2J"),
        ("a\u2028[stamp] title", "a<U+2028>[stamp] title"),
        ("a\u00a0b", "a<U+00A0>b"),
        ("\tif x:", "\tif x:"),
        ("naïve = '日本'", "naïve = '日本'"),
        ("windows\r", "windows"),
    ],
)
def test_what_hides_reverses_or_breaks_lines_is_spelled_out(text, seen):
    assert visible(text) == seen


def test_a_line_without_end_is_cut():
    assert len(shortened("a" * 100_000)) == MAX_COLUMNS + 1
