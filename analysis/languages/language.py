"""What a language has to offer to be analysed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import tree_sitter

from analysis.code_graph import CodeGraph
from analysis.facts import Call, Definition, Facts, Import, Reference
from analysis.resolution import Found, Resolution

Nodes = dict[str, list[tree_sitter.Node]]


def captured(grammar: tree_sitter.Language, query: str, root: tree_sitter.Node) -> Nodes:
    """The nodes the query names, by the name."""
    return tree_sitter.QueryCursor(_compiled(grammar, query)).captures(root)


@cache
def _compiled(grammar: tree_sitter.Language, query: str) -> tree_sitter.Query:
    """When first needed: all of them take most of a second, and most processes read no code."""
    return tree_sitter.Query(grammar, query)


@dataclass(frozen=True, slots=True)
class Language:
    """`query` captures what `extract` turns into facts; `resolve` follows a reference through the graph;
    `guess` says what it means by its name alone, where following it leads nowhere.

    `mismatch(definition, call, implicit)` says why a call does not fit, None when it does or nobody can know;
    `reordered(before, after, call, implicit)` what a call that fits both now means instead.
    `asynchronous(before, after, usage)` says what is wrong with a call after that change, empty when nothing is.
    `returned(before, after, usage)` says the same after a change of what a function gives back.
    `thrown(graph, reference, found)` says what is wrong with a call of what may throw that.
    `unbound(graph, path, reference)` says it of a call of what is no longer static.
    `is_certain(graph, path, reference, found)`: the call means that one and no other of its name.
    `is_plain`: the signature is what a caller meets. `shown` writes a signature for people.
    `is_costly` tells a source that its grammar would take too long to refuse, before it is parsed.
    """

    name: str
    suffixes: tuple[str, ...]
    grammar: tree_sitter.Language
    query: str
    extract: Callable[[bytes, tree_sitter.Node, Nodes], Facts]
    resolve: Callable[[CodeGraph, str, Reference], Resolution]
    resolve_import: Callable[[CodeGraph, str, Import], Resolution]
    guess: Callable[[CodeGraph, str, Reference], list[list[Found]] | None]
    is_plain: Callable[[Definition], bool]
    mismatch: Callable[[Definition, Call, int], str | None]
    reordered: Callable[[Definition, Definition, Call, int], str | None]
    asynchronous: Callable[[Definition, Definition, str], str]
    returned: Callable[[Definition, Definition, str], str]
    shown: Callable[[Definition], str]
    is_test: Callable[[str], bool]
    is_costly: Callable[[bytes], bool] = lambda _: False
    thrown: Callable[[CodeGraph, Reference, Found], str] = lambda *_: ""
    unbound: Callable[[CodeGraph, str, Reference], str] = lambda *_: ""
    is_certain: Callable[[CodeGraph, str, Reference, Found], bool] = lambda *_: True
