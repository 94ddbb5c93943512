import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.configuration.declaration import Configuration, ServiceConfiguration
from reviews.configuration.globs import MAX_CHARACTERS, MAX_PATTERNS
from reviews.configuration.validation import read_checked

EVERYTHING = """
paths:
  include: [src/**, "!src/made/**"]
  exclude: ["*.sql"]
languages: {include: [python], exclude: []}
analyzers: {exclude: [ruff]}
rules: {exclude: ["ruff:S*"]}
severity_floor: high
limits: {comments: 0, files: 1}
pull_requests:
  drafts: on
  bots: yes
  branches: {include: [main, release/*]}
  labels: {exclude: [no review]}
  titles: {exclude: ["WIP*"]}
language_model: off
"""


def problems(text: str, declaration: type[Configuration] = Configuration) -> list[str]:
    return [str(problem) for problem in read_checked(text.encode(), declaration).problems]


def test_every_key_may_be_set():
    assert problems(EVERYTHING) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("limit: 3", "line 1, column 1: `limit` is no key here; did you mean `limits`?"),
        ("limits:\n  comment: 3", "line 2, column 3: `comment` is no key here; did you mean `comments`?"),
        ("limits: {xyz: 1}", "line 1, column 10: `xyz` is no key here; expected one of comments, files"),
        ("limits: {comments: many}", "line 1, column 20: `limits.comments`: expected a whole number, not `many`"),
        ("limits: {comments: on}", "line 1, column 20: `limits.comments`: expected a whole number, not `on`"),
        ("limits: {comments: 51}", "line 1, column 20: `limits.comments`: expected at most 50, not `51`"),
        ("limits: {comments: -1}", "line 1, column 20: `limits.comments`: expected at least 0, not `-1`"),
        ("language_model: maybe", "line 1, column 17: `language_model`: expected on or off, not `maybe`"),
        ("language_model: 1", "line 1, column 17: `language_model`: expected on or off, not `1`"),
        (
            "severity_floor: hi",
            "line 1, column 17: `severity_floor`: expected low, medium, high or critical, not `hi`",
        ),
        ("paths: src", "line 1, column 8: `paths`: expected keys and values, not `src`"),
        ("paths: {include: src}", "line 1, column 18: `paths.include`: expected a list, not `src`"),
        (
            "paths:\n  include:\n    - 12",
            "line 3, column 7: `paths.include`: expected text; put it in quotes, not `12`",
        ),
        ("paths: {include: ['']}", "line 1, column 19: `paths.include`: expected some text, not ``"),
        ("paths: {include: [[a]]}", "line 1, column 19: `paths.include`: expected text; put it in quotes"),
        (
            "paths: {include: ['[z-a]']}",
            "line 1, column 19: `paths.include`: this is not a pattern as in .gitignore, not `[z-a]`",
        ),
        (
            "analyzers: {exclude: [ruf]}",
            "line 1, column 23: `analyzers.exclude`: expected one of ast-grep, detect-secrets, oxlint,",
        ),
        ("maxima: {comments: 1}", "line 1, column 1: `maxima` is no key here; expected one of paths, languages,"),
    ],
)
def test_what_was_expected_is_told_with_its_place(text, problem):
    (told,) = problems(text)
    assert told.startswith(problem)


@pytest.mark.parametrize("key", ["endpoint", "model_url", "token", "api_key", "command", "extends", "timeout_seconds"])
def test_nothing_that_reaches_further_can_be_set(key):
    assert problems(f"{key}: x", ServiceConfiguration)


def test_all_problems_are_told_in_the_order_of_the_lines():
    told = problems("limits: {comments: x}\na: 1\nlanguage_model: 3\nlanguage_model: off\npaths: 3\n")
    assert [problem.partition(",")[0] for problem in told] == ["line 1", "line 2", "line 4", "line 5"]


def test_a_file_with_a_problem_says_nothing_else():
    assert read_checked(b"limits: {comments: 3}\nfoo: 1\n", Configuration).values == {}


def test_lists_and_patterns_have_an_end():
    many = ", ".join(["a"] * (MAX_PATTERNS + 1))
    assert "at most 100 items" in problems(f"paths: {{exclude: [{many}]}}")[0]
    assert "at most 200 characters" in problems(f"paths: {{exclude: [{'a' * (MAX_CHARACTERS + 1)}]}}")[0]


def test_a_long_value_is_not_repeated_in_full():
    assert len(problems(f"severity_floor: {'x' * 5000}")[0]) < 200


def test_the_service_may_state_maxima():
    assert problems("maxima: {comments: 20}", ServiceConfiguration) == []


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["paths", "limits", "limits.comments", "rules.exclude", "severity_floor", "language_model"]),
)
def test_no_value_of_any_shape_raises(value, key):
    section, _, name = key.partition(".")
    text = f"{section}: {{{name}: {as_yaml(value)}}}" if name else f"{section}: {as_yaml(value)}"
    read_checked(text.encode("utf-8", "replace"), Configuration)


def as_yaml(value: object) -> str:
    return str(value).replace("None", "~")
