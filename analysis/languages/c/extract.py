"""Captured nodes to facts: what the outline does, once the preprocessor's part of a file was told from the rest."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import tree_sitter
from tree_sitter import Node

from analysis.facts import Facts
from analysis.languages.c.declarators import class_name, is_friend, is_function, is_macro, written_name
from analysis.languages.c.directives import is_condition, is_off
from analysis.languages.c.source import readable, says_cpp
from analysis.languages.language import captured
from analysis.languages.outline.extract import extract as outlined_facts
from analysis.languages.outline.outline import Outline, Text
from analysis.languages.outline.spelling import dotted
from analysis.parsing import parse

Nodes = dict[str, list[Node]]
#: In a file's bindings: names that something else than a scope may give another meaning (macros, and friends, which
#: are found by their arguments), and names that stand where nobody can tell whether they are defined.
REPLACED, LOOSE = "#", "?"
_WORD = re.compile(r"[^\W\d]\w*")
_TRANSPARENT = frozenset({
    "preproc_if", "preproc_ifdef", "preproc_elif", "preproc_elifdef", "preproc_else", "linkage_specification",
    "expression_statement",
})  # fmt: skip
_MACRO = re.compile(r"[A-Z_][A-Z0-9_]*\s*\(")
_SHOUTED = re.compile(r"[A-Z_][A-Z0-9_]*")
#: Macros outside of functions that define nothing others would call.
_HARMLESS = re.compile(r"_?[Ss]tatic_assert|\w*TEST\w*|BENCHMARK\w*|INSTANTIATE_\w+|MODULE_\w+|EXPORT_SYMBOL\w*")


class Dialect(NamedTuple):
    grammar: tree_sitter.Language
    query: str
    outline: Outline
    is_cpp: bool


def extract_c(c: Dialect, cpp: Dialect, source: bytes, root: Node, nodes: Nodes) -> Facts:
    """Of `.c` and `.h`: a header that says that it is of C++ is read as such."""
    return _read(cpp, source) if says_cpp(source) else extract_cpp(c, source, root, nodes)


def extract_cpp(dialect: Dialect, source: bytes, root: Node, nodes: Nodes) -> Facts:
    if root.has_error and readable(source, is_cpp=dialect.is_cpp) != source:
        return _read(dialect, source)
    return _facts(dialect.outline, source, root, nodes)


def _read(dialect: Dialect, source: bytes) -> Facts:
    """Raises NotParsed."""
    source = readable(source, is_cpp=dialect.is_cpp)
    root = parse(source, dialect.grammar).root_node
    return _facts(dialect.outline, source, root, captured(dialect.grammar, dialect.query, root))


def _facts(outline: Outline, source: bytes, root: Node, nodes: Nodes) -> Facts:
    def text(node: Node | None) -> str:
        return source[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""

    unread = list(_outermost(nodes.get("error", ())))
    kept, is_open = _sorted_out(nodes, unread, text)
    facts = outlined_facts(outline, source, root, kept)
    known = {each.name for each in facts.definitions}
    functions = [each for each in nodes.get("function", ()) if each.type != "lambda_expression"]
    loose = {word for each in unread for word in _WORD.findall(text(each))}
    loose |= {dotted(text(each)).rpartition(".")[2] for each in nodes.get("forward", ())}
    loose |= {written_name(each, text).rpartition(".")[2] for each in functions} - known
    replaced = {text(each) for each in nodes.get("macro", ())}
    replaced |= {written_name(each, text) for each in functions if is_friend(each)}
    bindings = {**facts.bindings, REPLACED: tuple(sorted(replaced - {""})), LOOSE: tuple(sorted(loose - {""}))}
    return facts._replace(bindings={scope: names for scope, names in bindings.items() if names}, dynamic=is_open)


def _sorted_out(nodes: Nodes, unread: list[Node], text: Text) -> tuple[Nodes, bool]:
    """The nodes that mean what they look like; and whether macros define what nobody can see."""
    functions = [each for each in nodes.get("function", ()) if is_function(each)]
    macros = [each for each in functions if is_macro(each, text)]
    macro_ids, class_ids = {each.id for each in macros}, {each.id for each in nodes.get("class", ())}
    in_class = [each for each in nodes.get("import", ()) if class_name(each, text)]
    conditions = nodes.get("condition", ())
    statements = [*nodes.get("generated", ()), *(each for each in unread if _MACRO.match(text(each)))]
    generated = [*macros, *(each for each in statements if _is_at_top(each))]
    return {
        **nodes,
        "function": list(_outside(unread, functions)),
        "call": list(_outside(unread, nodes.get("call", ()))),
        "name": [each for each in nodes.get("name", ()) if not _is_in_macro(each, text, macro_ids)],
        "import": [each for each in nodes.get("import", ()) if not class_name(each, text)],
        "constant": [each for each in nodes.get("constant", ()) if not each.parent or each.parent.id not in class_ids],
        "namespace": [each for each in nodes.get("namespace", ()) if each.children[0].type != "inline"],
        "condition": [each for each in conditions if is_condition(each, text)],
        "guard": [each for each in conditions if is_off(each, text)],
        "unspelled": [
            *nodes.get("unspelled", ()), *in_class, *(each for each in macros if class_name(each, text)),
        ],
    }, any(not _HARMLESS.match(text(each)) for each in generated if not class_name(each, text))  # fmt: skip


def _is_in_macro(node: Node, text: Text, macros: set[int]) -> bool:
    """Whether a word is what a macro gets, which may make another name of it, or a text."""
    listed = node.parent
    around = listed.parent if listed else None
    if around and around.type == "call_expression":
        return _SHOUTED.fullmatch(text(around.child_by_field_name("function"))) is not None
    definition = around.parent.parent if around and around.parent else None
    return definition is not None and definition.id in macros


def _is_at_top(node: Node) -> bool:
    """Outside of functions; `API(int) f(void);` is a type there, and a macro that has a line for itself is none."""
    behind = node.next_sibling
    at = node.parent
    if node.type == "macro_type_specifier":
        if not behind or behind.start_point[0] == node.end_point[0]:
            return False
        at = at.parent if at else None
    while at and at.type in _TRANSPARENT:
        at = at.parent
    return at is not None and at.type in ("translation_unit", "declaration_list")


def _outermost(nodes: Iterable[Node]) -> Iterator[Node]:
    end = -1
    for node in sorted(nodes, key=lambda each: (each.start_byte, -each.end_byte)):
        if node.start_byte >= end:
            end = node.end_byte
            yield node


def _outside(unread: list[Node], nodes: Iterable[Node]) -> Iterator[Node]:
    """Those of the nodes that are in none of the others, which are in order and apart."""
    waiting = iter(unread)
    around = next(waiting, None)
    for node in sorted(nodes, key=lambda each: each.start_byte):
        while around and around.end_byte <= node.start_byte:
            around = next(waiting, None)
        if not around or node.end_byte <= around.start_byte or node.start_byte < around.start_byte:
            yield node
