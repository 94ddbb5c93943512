"""What is read of every language alike: an outline of who is defined where, who is named where, and who is called how.

    outline      what a language declares about itself: its spelling of names, its parameters, its rules of lookup
    extract      captured nodes → facts, in one sweep                                  scopes, spelling, assembly
    resolve      a use → the definition it means                                       names, members
    signatures   whether a call fits

A language is a tree-sitter query whose captures are named as in `extract`, an Outline, and the few functions in which
it truly differs. It is a first tier: no types of variables, so that a receiver is known only when it is written out.
"""

import re
from collections.abc import Callable
from functools import partial

import tree_sitter

from analysis.facts import Call, Definition
from analysis.languages.language import Language
from analysis.languages.outline.extract import extract
from analysis.languages.outline.outline import Outline
from analysis.languages.outline.resolve import resolve, resolve_import
from analysis.languages.outline.signatures import is_plain, mismatch, reordered, shown

__all__ = ["Outline", "outlined"]


def outlined(
    name: str,
    suffixes: tuple[str, ...],
    grammar: tree_sitter.Language,
    query: str,
    outline: Outline,
    *,
    tests: str,
    mismatch: Callable[[Definition, Call, int], str | None] = mismatch,
) -> Language:
    """The language. `tests`: a pattern of the paths of its tests."""
    test_file = re.compile(tests)
    return Language(
        name=name,
        suffixes=suffixes,
        grammar=grammar,
        query=query,
        extract=partial(extract, outline),
        resolve=partial(resolve, outline),
        resolve_import=partial(resolve_import, outline),
        guess=lambda *_: None,
        is_plain=is_plain,
        mismatch=mismatch,
        reordered=reordered,
        asynchronous=lambda *_: "",
        returned=lambda *_: "",
        shown=shown,
        is_test=lambda path: test_file.search(path) is not None,
    )
