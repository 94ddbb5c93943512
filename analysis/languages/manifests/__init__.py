"""Files that say what the module names of a repository mean: package.json, tsconfig.json, jsconfig.json, go.mod.

Read like a language, once per content, because what they say is needed at the commit in question. They define nothing
and break nobody.
"""

from dataclasses import replace

import tree_sitter
import tree_sitter_json

from analysis.languages.language import Language
from analysis.languages.manifests import go_module
from analysis.languages.manifests.extract import extract
from analysis.resolution import UNKNOWN

_GRAMMAR = tree_sitter.Language(tree_sitter_json.language())

MANIFEST = Language(
    name="manifest",
    suffixes=(),
    grammar=_GRAMMAR,
    query="(document (object (pair) @pair))",
    extract=extract,
    resolve=lambda *_: UNKNOWN,
    resolve_import=lambda *_: UNKNOWN,
    guess=lambda *_: None,
    is_plain=lambda _: False,
    mismatch=lambda *_: None,
    reordered=lambda *_: None,
    asynchronous=lambda *_: "",
    returned=lambda *_: "",
    shown=lambda definition: definition.qualname,
    is_test=lambda _: False,
)
#: Lines of a few words, of which no grammar is asked.
GO_MODULE = replace(MANIFEST, name="go.mod", extract=go_module.extract)
