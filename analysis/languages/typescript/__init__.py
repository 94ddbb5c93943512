"""TypeScript and JavaScript: one language, read with two grammars, and with two opinions about arguments."""

import re
from dataclasses import replace
from functools import partial

import tree_sitter
import tree_sitter_typescript

from analysis.languages.language import Language
from analysis.languages.positions import reordered
from analysis.languages.typescript.extract import extract
from analysis.languages.typescript.query import JSX_QUERY, QUERY
from analysis.languages.typescript.resolve import resolve, resolve_import
from analysis.languages.typescript.signatures import asynchronous, is_plain, lacking, mismatch, shown

_TYPESCRIPT = tree_sitter.Language(tree_sitter_typescript.language_typescript())
#: Reads JavaScript too: what the two differ in, `<Type>value`, is no JavaScript.
_TSX = tree_sitter.Language(tree_sitter_typescript.language_tsx())
_TEST_FILE = re.compile(r"(?:^|/)(?:__tests__/.*|tests?/.*|[^/]*[._-](?:test|spec))\.[cm]?[jt]sx?$")

TYPESCRIPT = Language(
    name="typescript",
    suffixes=(".ts", ".mts", ".cts"),
    grammar=_TYPESCRIPT,
    query=QUERY,
    extract=partial(extract, typed=True),
    resolve=resolve,
    resolve_import=resolve_import,
    guess=lambda *_: None,
    is_plain=is_plain,
    mismatch=mismatch,
    reordered=reordered,
    asynchronous=asynchronous,
    returned=lambda *_: "",
    shown=shown,
    is_test=lambda path: _TEST_FILE.search(path) is not None,
)
TSX = replace(TYPESCRIPT, name="tsx", suffixes=(".tsx",), grammar=_TSX, query=QUERY + JSX_QUERY)
JAVASCRIPT = replace(
    TSX,
    name="javascript",
    suffixes=(".js", ".jsx", ".mjs", ".cjs"),
    extract=partial(extract, typed=False),
    mismatch=lacking,
)
