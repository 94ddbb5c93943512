"""Java."""

import re

import tree_sitter
import tree_sitter_java

from analysis.languages.java.binding import is_certain, unbound
from analysis.languages.java.exceptions import thrown
from analysis.languages.java.extract import extract
from analysis.languages.java.query import QUERY
from analysis.languages.java.resolve import resolve, resolve_import
from analysis.languages.java.signatures import asynchronous, is_plain, mismatch, reordered, returned, shown
from analysis.languages.language import Language

_GRAMMAR = tree_sitter.Language(tree_sitter_java.language())
_TEST_FILE = re.compile(r"(?:^|/)(?:src/test/.*|tests?/.*|Test[^/]*|[^/]*(?:Tests?|TestCase|IT))\.java$")
#: Of signs that may open type arguments, in one statement. With more the parser's time is quadratic.
_MAX_OPEN = 2_000
_BETWEEN_STATEMENTS = re.compile(rb"[;{}]")


def _is_costly(source: bytes) -> bool:
    return any(part.count(b"<") > _MAX_OPEN for part in _BETWEEN_STATEMENTS.split(source))


JAVA = Language(
    name="java",
    suffixes=(".java",),
    grammar=_GRAMMAR,
    query=QUERY,
    extract=extract,
    resolve=resolve,
    resolve_import=resolve_import,
    guess=lambda *_: None,
    is_plain=is_plain,
    mismatch=mismatch,
    reordered=reordered,
    asynchronous=asynchronous,
    returned=returned,
    shown=shown,
    is_test=lambda path: _TEST_FILE.search(path) is not None,
    is_costly=_is_costly,
    thrown=thrown,
    unbound=unbound,
    is_certain=is_certain,
)
