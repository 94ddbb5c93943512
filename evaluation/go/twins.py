"""Changes of a Go definition that look like the mutations and break nobody. The checker has the last word."""

import re
from collections.abc import Iterator, Sequence
from posixpath import dirname

from tree_sitter import Node

from evaluation.compiled.language import Edits, Files, Position, Twin
from evaluation.compiled.mutations import RENAMED, added_parameter
from evaluation.compiled.source import Place
from evaluation.edits import Edit
from evaluation.go.mutations import written

ADDED = "addedByTwin"
_FUNCTIONS = frozenset({"function_declaration", "method_declaration"})


def rename_with_all_callers(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """The word, in every file, also where a text or a comment speaks of it."""
    del uses
    yield {path: edits for path, file in files.items() if (edits := _words(file.content, place.name))}


def rename_and_keep_the_old_name(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """For a function as a variable, for a type as an alias; its own file goes over to the new one."""
    del files, uses
    if place.owner or place.node.type not in ("function_declaration", "type_spec") or place.node == place.whole.parent:
        return
    word = "var" if place.node.type == "function_declaration" else "type"
    end = place.file.root.end_byte
    kept = f"\n\n{word} {place.name} = {place.name}_{RENAMED}\n".encode()
    yield {place.file.path: (*_words(place.file.content, place.name), Edit(end, end, kept))}


def add_variadic_parameter(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    del files, uses
    edit = added_parameter(place, written(place, ADDED, "...string"), len(place.parameters))
    if edit:
        yield {place.file.path: (edit,)}


def change_a_private_helper(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """It takes one parameter more, and every caller passes it. All of them are in its package."""
    edit = added_parameter(place, written(place, ADDED, "string"), 0)
    calls = [_arguments(files, use) for use in uses]
    if edit and place.name[0].islower() and all(calls):
        edits: dict[str, tuple[Edit, ...]] = {place.file.path: (edit,)}
        for use, call in zip(uses, calls, strict=True):
            edits[use.path] = (*edits.get(use.path, ()), *([_passing(call)] if call else []))
        yield edits


def change_the_body(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    del files, uses
    if place.body:
        at = place.body.start_byte + 1
        yield {place.file.path: (Edit(at, at, f' _ = "{ADDED}";'.encode()),)}


def add_a_field(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    del files, uses
    behind = place.node.child_by_field_name("type")
    if place.node.type == "type_spec" and behind and behind.type == "struct_type":
        at = behind.named_children[0].start_byte + 1
        yield {place.file.path: (Edit(at, at, f" {ADDED} int;".encode()),)}


def change_a_comment(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """The one before it, or a new one."""
    del files, uses
    before = place.whole.prev_named_sibling
    if before and before.type == "comment":
        yield {place.file.path: (Edit(before.start_byte, before.end_byte, b"// It says something else."),)}
    else:
        at = place.whole.start_byte
        yield {place.file.path: (Edit(at, at, b"/* It says something. */ "),)}


def rename_a_parameter(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """In the body too. Nobody passes an argument by the name of its parameter."""
    del files, uses
    function, content = place.function, place.file.content
    for parameter in place.parameters:
        name = parameter.child_by_field_name("name")
        if function and name and place.file.text(name) != "_":
            start = function.start_byte
            words = _words(content[start : function.end_byte], place.file.text(name))
            yield {place.file.path: tuple(Edit(e.start + start, e.end + start, e.text) for e in words)}


def swap_functions(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """A function and the one below it change places."""
    del files, uses
    other = place.whole.next_named_sibling
    while other and other.type == "comment":
        other = other.next_named_sibling
    if other and {place.whole.type, other.type} <= _FUNCTIONS:
        one, two = _source(place, place.whole), _source(place, other)
        edits = Edit(place.whole.start_byte, place.whole.end_byte, two), Edit(other.start_byte, other.end_byte, one)
        yield {place.file.path: edits}


def move_within_the_package(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """To the end of another file; one that lacks an import is refused."""
    del uses
    if place.whole.type not in _FUNCTIONS:
        return
    start, end = place.whole.start_byte, place.whole.end_byte
    for path, file in files.items():
        if path != place.file.path and dirname(path) == dirname(place.file.path) and not path.endswith("_test.go"):
            last = file.root.end_byte
            moved = b"\n\n" + _source(place, place.whole) + b"\n"
            yield {place.file.path: (Edit(start, end, b""),), path: (Edit(last, last, moved),)}


TWINS: dict[str, Twin] = {
    "rename with all callers": rename_with_all_callers,
    "rename, old name kept": rename_and_keep_the_old_name,
    "add a variadic parameter": add_variadic_parameter,
    "change a private helper": change_a_private_helper,
    "change the body": change_the_body,
    "add a field": add_a_field,
    "change a comment": change_a_comment,
    "rename a parameter": rename_a_parameter,
    "swap two functions": swap_functions,
    "move within the package": move_within_the_package,
}


def _words(content: bytes, name: str) -> tuple[Edit, ...]:
    new = f"{name}_{RENAMED}".encode()
    return tuple(
        Edit(m.start(), m.end(), new) for m in re.finditer(rb"\b" + re.escape(name.encode()) + rb"\b", content)
    )


def _source(place: Place, node: Node) -> bytes:
    return place.file.content[node.start_byte : node.end_byte]


def _arguments(files: Files, use: Position) -> Node | None:
    """Of the call whose function is named at that place; None for a use of another kind."""
    file = files.get(use.path)
    node = file.node_at(use.line, use.column) if file else None
    call = node.parent if node else None
    if node and call and call.type == "selector_expression" and call.child_by_field_name("field") == node:
        node, call = call, call.parent
    if call is None or call.type != "call_expression" or call.child_by_field_name("function") != node:
        return None
    return call.child_by_field_name("arguments")


def _passing(arguments: Node) -> Edit:
    at = arguments.start_byte + 1
    comma = ", " if arguments.named_children else ""
    return Edit(at, at, f'"{ADDED}"{comma}'.encode())
