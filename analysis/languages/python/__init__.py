"""Python."""

import re

import tree_sitter
import tree_sitter_python

from analysis.languages.language import Language
from analysis.languages.passing import mismatch
from analysis.languages.python.extract import extract
from analysis.languages.python.guesses import guess
from analysis.languages.python.names import resolve_import
from analysis.languages.python.query import QUERY
from analysis.languages.python.resolve import resolve
from analysis.languages.python.signatures import asynchronous, is_plain, reordered, shown

_GRAMMAR = tree_sitter.Language(tree_sitter_python.language())
_TEST_FILE = re.compile(r"(?:^|/)(?:tests?/.*|test_[^/]*|[^/]*_test|tests|conftest)\.py$")

PYTHON = Language(
    name="python",
    suffixes=(".py",),
    grammar=_GRAMMAR,
    query=QUERY,
    extract=extract,
    resolve=resolve,
    resolve_import=resolve_import,
    guess=guess,
    is_plain=is_plain,
    mismatch=mismatch,
    reordered=reordered,
    asynchronous=asynchronous,
    returned=lambda *_: "",
    shown=shown,
    is_test=lambda path: _TEST_FILE.search(path) is not None,
)
