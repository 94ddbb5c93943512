import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.configuration.documents import MAX_BYTES, MAX_DEPTH, read_document


def problems(text: str | bytes) -> list[str]:
    content = text.encode() if isinstance(text, str) else text
    return [str(problem) for problem in read_document(content).problems]


def values(text: str) -> object:
    document = read_document(text.encode())
    assert document.problems == ()
    return document.values


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n", "null\n", "\ufeff"])
def test_an_empty_file_says_nothing(text):
    assert values(text) == {}


def test_a_section_whose_lines_are_commented_out_says_nothing():
    assert values("paths:\n#  include: [a]\nlimits: ~\n") == {}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", True),
        ("No", False),
        ("'off'", "off"),
        ("12", 12),
        ("-1", -1),
        ('"12"', "12"),
        ("1.0", "1.0"),
        ("2026-01-01", "2026-01-01"),
        ("12:30", "12:30"),
        ("0x1F", "0x1F"),
        ("9" * 5000, "9" * 5000),
        ("=", "="),
        ("release/*", "release/*"),
        ("|\n  on\n", "on\n"),
    ],
)
def test_text_stays_text_but_for_switches_and_whole_numbers(written, value):
    assert values(f"key: {written}") == {"key": value}


def test_the_place_of_each_value_and_key_is_known():
    document = read_document(b"a:\n  b: [x, y]\n  c:\n    - z\n")
    assert document.places["a", "b", 1] == (2, 10)
    assert document.places["a", "c", 0] == (4, 7)
    assert document.keys["a", "c"] == (3, 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1", "line 1, column 6: expected ',' or ']', but got '<stream end>'"),
        ("a: b: c", "line 1, column 5: mapping values are not allowed here"),
        ("a:\n\tb: 1", "line 2, column 1: found character '\\t' that cannot start any token"),
        ("a: 1\nb: \x01", "line 2, column 4: this character may not stand in YAML"),
        ("é: \x01", "line 1, column 4: this character may not stand in YAML"),
        ("- a", "line 1, column 1: expected keys and values"),
        ("just text", "line 1, column 1: expected keys and values"),
        ("a: 1\n---\nb: 2", "line 2, column 1: but found another document"),
        ("a: 1\nb: 2\na: 3", "line 3, column 1: `a` stands in line 1 already"),
        ("? [x]\n: 1", "line 1, column 3: expected a key"),
        ("a: &x 1", "line 1, column 4: anchors and aliases are not read here"),
        ("a: *x", "line 1, column 4: anchors and aliases are not read here"),
        ("a: !!python/object/apply:os.system [id]", "line 1, column 4: tags are not read here"),
        ("a: !mine 1", "line 1, column 4: tags are not read here"),
        (b"a: \xff", "line 1, column 4: the file is not UTF-8"),
        ("a: 1\n".encode("utf-16"), "line 1, column 1: the file is not UTF-8"),
        (b"#" * (MAX_BYTES + 1), f"line 1, column 1: the file has more than {MAX_BYTES} bytes"),
        ("[" * 5000, "line 1, column 11: this is more than 10 levels deep"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text, problem):
    assert problems(text) == [problem]


def test_a_bomb_of_aliases_does_not_go_off():
    lines = [
        "a: &a [x, x, x]",
        *(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
    ]
    assert problems("\n".join(lines)) == ["line 1, column 4: anchors and aliases are not read here"]


def test_depth_is_counted_in_lists_and_mappings_alike():
    fine = "".join(f"{' ' * depth}a:\n" for depth in range(MAX_DEPTH - 1)) + " " * MAX_DEPTH + "b"
    assert problems(fine) == []
    assert problems(fine.replace(" b", " - b"))


@pytest.mark.parametrize(
    "unit",
    ["[", "{", "- ", "? ", "a: ", "[a,", "{a: ", "'", '"', "\n", "#", "%a\n", "---\n", "!", "&", "a\n\n", "'' ", "\\"],
)
def test_no_file_takes_long(unit):
    before = time.process_time()
    read_document(unit.encode() * (MAX_BYTES // len(unit)))
    assert time.process_time() - before < 5


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_no_bytes_raise(content):
    read_document(content)


@given(st.lists(st.sampled_from([*"abx:-?[]{},&*!|>'\"%#\n\t ", ": ", "- ", "\n  ", "on", "12"]), max_size=60))
def test_nothing_like_yaml_raises(parts):
    read_document("".join(parts).encode())
