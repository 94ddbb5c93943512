import random
import time

import pytest

from reviews.configuration.globs import (
    MAX_CHARACTERS,
    MAX_PATTERNS,
    MAX_WILDCARDS,
    NotAGlob,
    checked_glob,
    checked_path_glob,
    matches_name,
    path_matcher,
)


@pytest.mark.parametrize(
    ("globs", "path", "matches"),
    [
        (["docs/"], "docs/a/b.md", True),
        (["docs/"], "src/docs/b.md", True),
        (["/docs/"], "src/docs/b.md", False),
        (["*.md"], "a/b/c.md", True),
        (["src/*.py"], "src/a/b.py", False),
        (["src/**/*.py"], "src/a/b.py", True),
        (["*.py", "!keep.py"], "a/keep.py", False),
        (["src", "!src/gen/**"], "src/gen/x.py", False),
        (["?.py"], "ab.py", False),
        (["[ab].py"], "b.py", True),
        ([], "a.py", False),
    ],
)
def test_paths_match_as_in_a_gitignore(globs, path, matches):
    assert path_matcher(globs)(path) is matches


@pytest.mark.parametrize(
    ("name", "glob", "matches"),
    [
        ("release/1.2", "release/*", True),
        ("Release/1", "release/*", False),
        ("main", "mai", False),
        ("WIP: x", "WIP*", True),
    ],
)
def test_a_glob_is_about_the_whole_name(name, glob, matches):
    assert matches_name(name, [glob]) is matches


@pytest.mark.parametrize("pattern", ["[z-a]", "\\", "!", "[[:alpha:]]", "[[a]", "a\nb", "a\0b", "*a" * 5])
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(NotAGlob):
        checked_path_glob(pattern)


@pytest.mark.parametrize("pattern", ["*a*b*c*d*e", "a\u202eb", "\0"])
def test_what_is_no_glob_is_refused(pattern):
    with pytest.raises(NotAGlob):
        checked_glob(pattern)


@pytest.mark.parametrize("pattern", ["*a*a*a*b", "**/*a*a*b"])
def test_no_pattern_makes_the_matcher_try_all_ways(pattern):
    before = time.process_time()
    assert not path_matcher([checked_path_glob(pattern)])("a" * 450 + "/c")
    assert time.process_time() - before < 1


def hostile(rng: random.Random, between: str) -> str:
    parts = ["".join(rng.choices("abc?", k=8)) for _ in range(MAX_WILDCARDS)]
    return between.join(["", *parts])[:MAX_CHARACTERS]


@pytest.mark.parametrize("between", ["*", "**/", "/**/"])
def test_no_patterns_take_long_over_a_path_and_none_is_overlooked(between):
    """A set that is too large for RE2 matches nothing, and says nothing."""
    rng = random.Random(7)  # noqa: S311 - the same patterns each time
    patterns = [checked_path_glob(hostile(rng, between)) for _ in range(MAX_PATTERNS - 1)]
    matches = path_matcher([*patterns, "*.end"])
    path = "/".join("".join(rng.choices("abc", k=120)) for _ in range(30))
    before = time.process_time()
    assert matches(f"{path}.end") is True
    assert time.process_time() - before < 2


def test_no_globs_take_long_over_a_name():
    before = time.process_time()
    assert not matches_name("a" * 1000, ["*a" * MAX_WILDCARDS + "b"] * MAX_PATTERNS)
    assert time.process_time() - before < 2
