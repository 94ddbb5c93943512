"""The patterns of a configuration: globs, never regular expressions, matched in a time that no pattern can blow up.

Paths match as in .gitignore, by pathspec on RE2, which does not backtrack; names by fnmatch, which does not either. A
few hundred wildcards would still cost RE2 much memory, so a pattern has few.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

import re2  # type: ignore[import-untyped] # it ships no type marker
from pathspec import GitIgnoreSpec

MAX_PATTERNS = 100
MAX_CHARACTERS = 200
MAX_WILDCARDS = 4


class NotAGlob(ValueError):
    """This is not a pattern."""


def checked_glob(pattern: str) -> str:
    """The pattern, or NotAGlob with the reason."""
    if not pattern.isprintable():
        raise NotAGlob("a pattern is one line of printable characters")
    if len(re.findall(r"\*+", pattern)) > MAX_WILDCARDS:
        raise NotAGlob(f"a pattern has at most {MAX_WILDCARDS} wildcards")
    return pattern


def checked_path_glob(pattern: str) -> str:
    """The pattern, if .gitignore could hold it; else NotAGlob."""
    checked_glob(pattern)
    try:
        with warnings.catch_warnings(action="error"):
            GitIgnoreSpec.from_lines([pattern], backend="re2")
    except (ValueError, re.error, re2.error, FutureWarning):
        raise NotAGlob("this is not a pattern as in .gitignore") from None
    return pattern


def matches_name(name: str, globs: Iterable[str]) -> bool:
    """Whether one of the globs matches the whole name; letters count in their case."""
    return any(fnmatchcase(name, glob) for glob in globs)


def path_matcher(globs: Sequence[str]) -> Callable[[str], bool]:
    """A function that says whether the globs, read as the lines of a .gitignore, match a path."""
    return _spec(tuple(globs)).match_file


@lru_cache(maxsize=64)
def _spec(globs: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(globs, backend="re2")
