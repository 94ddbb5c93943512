"""Changes of a TypeScript definition that look like the mutations and break nobody. The compiler has the last word."""

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from evaluation.compiled.language import Edits, Files, Position, Twin
from evaluation.compiled.mutations import RENAMED, added_parameter
from evaluation.compiled.source import Place
from evaluation.edits import Edit
from evaluation.typescript.definitions import CONSTRUCTOR
from evaluation.typescript.mutations import kind_of

ADDED = "addedByTwin"


def rename_with_all_callers(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """The word, in every file, also where a text or a comment speaks of it."""
    del uses
    if place.name != CONSTRUCTOR:
        yield {path: edits for path, file in files.items() if (edits := _words(file.content, place.name))}


def rename_and_keep_the_old_name(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """Exported under the old name; its own file goes over to the new one."""
    del files, uses
    words = {child.type for child in place.whole.children}
    if place.whole.type == "export_statement" and "default" not in words and not place.owner:
        end = place.whole.end_byte
        own = f"{place.name}_{RENAMED}"
        alias = f"\nexport {{ {own} as {place.name} }};".encode()
        declaration = place.whole.child_by_field_name("declaration") or place.whole
        hidden = Edit(place.whole.start_byte, declaration.start_byte, b"")
        yield {place.file.path: (hidden, *_words(place.file.content, place.name), Edit(end, end, alias))}


def add_optional_parameter(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """Last, but before the rest."""
    del files, uses
    parameters = place.parameters
    rest = any(_is_rest(parameter) for parameter in parameters)
    edit = added_parameter(place, f"{ADDED}?: string", len(parameters) - rest)
    if edit:
        yield {place.file.path: (edit,)}


def change_a_private_helper(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """It takes one parameter more, and every caller passes it. All of them are in its file."""
    is_private = place.whole.type != "export_statement" and not place.owner
    edit = added_parameter(place, f"{ADDED}: string", 0)
    calls = [_arguments(files, use) for use in uses]
    if is_private and edit and all(calls):
        passed = [_passing(call) for call in calls if call]
        yield {place.file.path: (edit, *passed)}


def change_the_body(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    del files, uses
    body = place.body
    if body and body.type == "statement_block":
        at = body.start_byte + 1
        yield {place.file.path: (Edit(at, at, f' void "{ADDED}";'.encode()),)}
    elif body and body.type == "class_body":
        at = body.start_byte + 1
        yield {place.file.path: (Edit(at, at, f" static {ADDED} = 0;".encode()),)}


def change_a_comment(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """The one before it, or a new one."""
    del files, uses
    before = place.whole.prev_named_sibling
    if before and before.type == "comment":
        yield {place.file.path: (Edit(before.start_byte, before.end_byte, b"/** Says something else. */"),)}
    else:
        at = place.whole.start_byte
        yield {place.file.path: (Edit(at, at, b"/** Says something. */ "),)}


def rename_a_parameter(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """In the body too. Nobody passes an argument by the name of its parameter."""
    del files, uses
    function, content = place.function, place.file.content
    for parameter in place.parameters if function else ():
        pattern = parameter.child_by_field_name("pattern")
        if function and pattern and pattern.type == "identifier" and kind_of(parameter):
            name, start = place.file.text(pattern), function.start_byte
            words = _words(content[start : function.end_byte], name)
            yield {place.file.path: tuple(Edit(e.start + start, e.end + start, e.text) for e in words)}


def swap_members(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """A method and the one below it change places."""
    del files, uses
    other = place.whole.next_named_sibling
    if place.owner and other and other.type == "method_definition":
        content = place.file.content
        one = content[place.whole.start_byte : place.whole.end_byte]
        two = content[other.start_byte : other.end_byte]
        edits = Edit(place.whole.start_byte, place.whole.end_byte, two), Edit(other.start_byte, other.end_byte, one)
        yield {place.file.path: edits}


TWINS: dict[str, Twin] = {
    "rename with all callers": rename_with_all_callers,
    "rename, old name kept": rename_and_keep_the_old_name,
    "add an optional parameter": add_optional_parameter,
    "change a private helper": change_a_private_helper,
    "change the body": change_the_body,
    "change a comment": change_a_comment,
    "rename a parameter": rename_a_parameter,
    "swap two methods": swap_members,
}


def _words(content: bytes, name: str) -> tuple[Edit, ...]:
    word = re.compile(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])")
    new = f"{name}_{RENAMED}".encode()
    return tuple(Edit(match.start(), match.end(), new) for match in word.finditer(content))


def _is_rest(parameter: Node) -> bool:
    pattern = parameter.child_by_field_name("pattern")
    return pattern is not None and pattern.type == "rest_pattern"


def _arguments(files: Files, use: Position) -> Node | None:
    """Of the call whose function is named at that place; None for a use of another kind."""
    file = files.get(use.path)
    node = file.node_at(use.line, use.column) if file else None
    call = node.parent if node else None
    if call is None or call.type != "call_expression" or call.child_by_field_name("function") != node:
        return None
    arguments = call.child_by_field_name("arguments")
    return arguments if arguments and arguments.type == "arguments" else None


def _passing(arguments: Node) -> Edit:
    at = arguments.start_byte + 1
    comma = ", " if arguments.named_children else ""
    return Edit(at, at, f'"{ADDED}"{comma}'.encode())
