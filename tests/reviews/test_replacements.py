from hypothesis import given
from hypothesis import strategies as st

from analysis.diff import FileDiff, parse_patch
from reviews.analyzers import Edit, Fix
from reviews.replacements import MAX_LINES, replacement

SOURCE = "one\ntwo\nthree\nfour\n"


def shown(source: str = SOURCE, *, start: int = 1) -> FileDiff:
    """The file as a diff that adds these lines from `start` on."""
    lines = source.removesuffix("\n").split("\n")
    return parse_patch("a.py", "\n".join([f"@@ -0,0 +{start},{len(lines)} @@", *(f"+{line}" for line in lines)]))


def made(*edits: Edit, source: str = SOURCE, line: int = 2, file: FileDiff | None = None):
    found = replacement(Fix("ruff:X", "a.py", line, edits), source, file or shown(source))
    return (found.start, found.end, found.lines) if found else None


def test_an_edit_within_a_line_replaces_that_line():
    assert made(Edit((2, 0), (2, 1), "T")) == (2, 2, ("Two",))


def test_edits_of_two_lines_replace_both():
    assert made(Edit((3, 0), (3, 1), "T"), Edit((2, 0), (2, 1), "T")) == (2, 3, ("Two", "Three"))


def test_a_line_may_become_several():
    assert made(Edit((2, 3), (2, 3), "\nand a half")) == (2, 2, ("two", "and a half"))


def test_a_line_that_goes_leaves_the_next_one_alone():
    assert made(Edit((2, 0), (3, 0), "")) == (2, 2, ())


def test_a_line_that_becomes_empty_is_not_one_that_goes():
    assert made(Edit((2, 0), (2, 3), "")) == (2, 2, ("",))


def test_the_last_line_may_have_no_end():
    assert made(Edit((2, 0), (2, 1), "T"), source="one\ntwo") == (2, 2, ("Two",))


def test_what_is_not_shown_in_the_diff_is_not_replaced():
    assert made(Edit((2, 0), (2, 1), "T"), file=shown("three\nfour\n", start=3)) is None


def test_what_is_not_around_the_finding_is_not_replaced():
    assert made(Edit((3, 0), (3, 1), "T")) is None


def test_a_replacement_of_many_lines_is_not_made():
    source = "x\n" * 50
    assert made(Edit((1, 0), (MAX_LINES + 1, 1), "y"), source=source) is None
    assert made(Edit((2, 0), (2, 1), "y\n" * MAX_LINES), source=source) is None


def test_a_file_with_carriage_returns_is_left_alone():
    assert made(Edit((2, 0), (2, 1), "T"), source="one\r\ntwo\r\n") is None


def test_what_hides_or_is_a_credential_is_not_suggested():
    for text in ("\u202e", "ghp_" + "a" * 36):
        assert made(Edit((2, 0), (2, 1), text)) is None


def test_a_fix_that_changes_nothing_overlaps_itself_or_lies_outside_is_none():
    assert made(Edit((2, 0), (2, 3), "two")) is None
    assert made(Edit((2, 0), (2, 2), "x"), Edit((2, 1), (2, 3), "y")) is None
    assert made(Edit((2, 0), (99, 0), "x")) is None


@given(st.lists(st.text("ab \t", max_size=5), min_size=1, max_size=8), st.data())
def test_putting_the_lines_in_place_gives_the_fixed_file(lines, data):
    """What GitHub does with a suggestion is what the tool meant."""
    source = "\n".join(lines) + "\n"
    row = data.draw(st.integers(1, len(lines)))
    column = data.draw(st.integers(0, len(lines[row - 1])))
    text = data.draw(st.text("xy\n", min_size=1, max_size=6))
    found = replacement(Fix("r", "a.py", row, (Edit((row, column), (row, column), text),)), source, shown(source))
    assert found
    before, after = lines[: found.start - 1], lines[found.end :]
    assert "\n".join([*before, *found.lines, *after]) + "\n" == found.source
