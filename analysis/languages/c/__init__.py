"""C and C++, in outline: functions by what a file includes, members by the class around or named, through namespaces.

Both are one family: they share headers, and one calls the other. A `.h` is read as C unless it says that it is C++.
What a declaration announces and what defines it are one contract. Macros are not followed: a name that any of them
has is nobody's.
"""

import re
from dataclasses import replace
from functools import partial

import tree_sitter
import tree_sitter_c
import tree_sitter_cpp

from analysis.facts import ENUM
from analysis.languages.c.declarators import modifiers, name, parameters
from analysis.languages.c.extract import Dialect, extract_c, extract_cpp
from analysis.languages.c.includes import SUFFIXES, imports
from analysis.languages.c.joining import joined, seen
from analysis.languages.c.query import C_ONLY, CPP_ONLY
from analysis.languages.c.query import COMMON as _QUERY
from analysis.languages.c.resolve import CONSTRUCTOR, mismatch, resolve, resolve_import
from analysis.languages.language import Language
from analysis.languages.outline import Outline, outlined
from analysis.languages.outline.assembly import UNREADABLE
from analysis.languages.outline.packages import package_home

_C_SUFFIXES = (".c", ".h")
_TESTS = r"(?:^|/)(?:unit_?)?tests?/|(?:^|/)test[_-][^/]*$|[_-](?:unit)?tests?\.\w+$|Tests?\.\w+$"
_OUTLINE = Outline(
    family="c",
    suffixes=SUFFIXES,
    spelling=re.compile(
        r"(?:(?P<own>this->)|(?P<base>(?!)))?(?P<path>(?:::)?(?:[^\W\d]\w*::)*)(?P<name>(?!this$)[^\W\d]\w*)"
    ),
    # A function with empty parentheses takes nothing in C++, and whatever it gets in C.
    parameters=partial(parameters, unsaid=()),
    imports=imports,
    name=name,
    modifiers=modifiers,
    kinds={"struct_specifier": "struct", "union_specifier": "union", "enum_specifier": ENUM},
    constructors=frozenset({CONSTRUCTOR}),
    spread=frozenset({"parameter_pack_expansion"}),
    home=package_home,
    seen=seen,
    joined=joined,
    overloads=True,
)


def _read(language: str, suffixes: tuple[str, ...], dialect: Dialect, query: str) -> Language:
    return replace(
        outlined(language, suffixes, dialect.grammar, query, dialect.outline, tests=_TESTS, mismatch=mismatch),
        resolve=partial(resolve, dialect.outline),
        resolve_import=partial(resolve_import, dialect.outline),
    )


_CPP = Dialect(tree_sitter.Language(tree_sitter_cpp.language()), _QUERY + CPP_ONLY, _OUTLINE, is_cpp=True)
_C = Dialect(
    tree_sitter.Language(tree_sitter_c.language()),
    _QUERY + C_ONLY,
    replace(_OUTLINE, parameters=partial(parameters, unsaid=UNREADABLE)),
    is_cpp=False,
)
C = replace(_read("c", _C_SUFFIXES, _C, _QUERY + C_ONLY), extract=partial(extract_c, _C, _CPP))
CPP = replace(
    _read("cpp", tuple(each for each in SUFFIXES if each not in _C_SUFFIXES), _CPP, _QUERY + CPP_ONLY),
    extract=partial(extract_cpp, _CPP),
)
