"""Go."""

import tree_sitter
import tree_sitter_go

from analysis.languages.go.extract import extract
from analysis.languages.go.query import QUERY
from analysis.languages.go.resolve import resolve, resolve_import
from analysis.languages.go.signatures import mismatch, reordered, returned, shown
from analysis.languages.language import Language

_GRAMMAR = tree_sitter.Language(tree_sitter_go.language())

GO = Language(
    name="go",
    suffixes=(".go",),
    grammar=_GRAMMAR,
    query=QUERY,
    extract=extract,
    resolve=resolve,
    resolve_import=resolve_import,
    guess=lambda *_: None,
    is_plain=lambda _: True,
    mismatch=mismatch,
    reordered=reordered,
    asynchronous=lambda *_: "",
    returned=returned,
    shown=shown,
    is_test=lambda path: path.endswith("_test.go"),
)
